-- Plain counts of the articles, at any moment: what the cube is checked against. Slow (they read every article), and
-- deliberately simple.

-- Grain: one row a version, subject, day, source and language with at least one article.
-- Reads: trends.article_facts, trends.tagging_facts. Read by: trends.cells, sql/checks/cube_equals_recount.sql.
CREATE VIEW trends.counted_cells AS
SELECT
    subject.taxonomy_id,
    subject.about,
    subject.about_id,
    facts.day,
    facts.source_id,
    facts.language,
    count(*)::int AS articles,
    array_agg(DISTINCT facts.origin_id) AS origins
FROM trends.article_facts AS facts
LEFT JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
CROSS JOIN LATERAL (
    SELECT 0 AS taxonomy_id, 'coverage' AS about, 0::smallint AS about_id
    UNION ALL
    SELECT said.taxonomy_id, 'topic', unnest(said.topic_ids)
    UNION ALL
    SELECT said.taxonomy_id, 'actor', unnest(said.actor_ids)
) AS subject
GROUP BY subject.taxonomy_id, subject.about, subject.about_id, facts.day, facts.source_id, facts.language;

COMMENT ON VIEW trends.counted_cells IS 'What trends.cells holds, counted anew from every article. One row a version, subject, day, source and language.';
COMMENT ON COLUMN trends.counted_cells.taxonomy_id IS 'Version of the taxonomy; 0 for coverage.';
COMMENT ON COLUMN trends.counted_cells.about IS 'coverage (all articles), topic or actor.';
COMMENT ON COLUMN trends.counted_cells.about_id IS 'Which topic or actor; 0 for coverage.';
COMMENT ON COLUMN trends.counted_cells.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.counted_cells.source_id IS 'Key into news.sources.';
COMMENT ON COLUMN trends.counted_cells.language IS 'ISO 639-1 language of the articles; und: could not be told.';
COMMENT ON COLUMN trends.counted_cells.articles IS 'Articles.';
COMMENT ON COLUMN trends.counted_cells.origins IS 'Distinct texts among them: their origin ids, sorted.';

-- Grain: one row a version, subject, day, source and language with at least one article.
-- Reads: news.cube, trends.counted_cells. Read by: trends.grade_days(), sql/queries/trend_periods.sql, analysts.
CREATE VIEW trends.cells AS
SELECT taxonomy_id, about, about_id, day, source_id, language, articles, origins
FROM news.cube
WHERE (SELECT trends.as_of()) IS NULL
UNION ALL
SELECT taxonomy_id, about, about_id, day, source_id, language, articles, origins
FROM trends.counted_cells
WHERE (SELECT trends.as_of()) IS NOT NULL;

COMMENT ON VIEW trends.cells IS 'The finest counts: by day, source and language, for slices of your own. One row a version, subject, day, source and language with at least one article.';
COMMENT ON COLUMN trends.cells.taxonomy_id IS 'Version of the taxonomy (join trends.topics on it and topic_id); 0 for coverage.';
COMMENT ON COLUMN trends.cells.about IS 'coverage (all articles), topic or actor.';
COMMENT ON COLUMN trends.cells.about_id IS 'Which topic (news.topics) or actor (news.actors); 0 for coverage.';
COMMENT ON COLUMN trends.cells.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.cells.source_id IS 'Key into trends.source_facts.';
COMMENT ON COLUMN trends.cells.language IS 'ISO 639-1 language of the articles; und: could not be told.';
COMMENT ON COLUMN trends.cells.articles IS 'Articles.';
COMMENT ON COLUMN trends.cells.origins IS 'Distinct texts among them: their origin ids, sorted. Count them distinct over whatever you add up.';
