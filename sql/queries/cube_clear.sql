-- Forgets the cells of these days and sources (null: of every source) for coverage and for one taxonomy, or for one of them.
DELETE FROM news.cube
USING unnest(CAST(:days AS date[]), CAST(:sources AS integer[])) AS marked (day, source_id)
WHERE cube.day = marked.day
    AND (marked.source_id IS NULL OR cube.source_id = marked.source_id)
    AND cube.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
