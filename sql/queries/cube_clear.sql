-- Forgets the cells of these days and sources (null: of every source) for coverage and for one taxonomy, or for one of them.
-- Two statements, so that each looks its cells up by the whole key.
WITH marked AS (
    SELECT day, source_id FROM unnest(CAST(:days AS date[]), CAST(:sources AS integer[])) AS mark (day, source_id)
), whole AS (
    DELETE FROM news.cube
    WHERE day = ANY(ARRAY(SELECT day FROM marked WHERE source_id IS NULL)) AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
)
DELETE FROM news.cube
USING marked
WHERE cube.day = marked.day AND cube.source_id = marked.source_id AND cube.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
    AND marked.day NOT IN (SELECT day FROM marked WHERE source_id IS NULL)
