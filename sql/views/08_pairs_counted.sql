-- Which topics and actors articles have in common: plain counts, and the counts that are kept, as of any moment.

-- Grain: one row a version, day and pair of topics or actors that an article has in common.
-- Reads: trends.article_facts, trends.tagging_facts. Read by: sql/checks/pairs_equal_recount.sql.
-- A topic or actor paired with itself counts whatever has it; `all` paired with itself whatever has any.
CREATE VIEW trends.counted_pairs AS
SELECT
    said.taxonomy_id,
    facts.day,
    one.about AS left_about,
    one.id AS left_id,
    other.about AS right_about,
    other.id AS right_id,
    count(*)::int AS articles,
    count(DISTINCT facts.origin_id)::int AS origins
FROM trends.article_facts AS facts
JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
CROSS JOIN LATERAL (
    SELECT 'all' AS about, 0::smallint AS id
    UNION ALL
    SELECT 'topic', unnest(said.topic_ids)
    UNION ALL
    SELECT 'actor', unnest(said.actor_ids)
) AS one
CROSS JOIN LATERAL (
    SELECT 'all' AS about, 0::smallint AS id
    UNION ALL
    SELECT 'topic', unnest(said.topic_ids)
    UNION ALL
    SELECT 'actor', unnest(said.actor_ids)
) AS other
WHERE cardinality(said.topic_ids) + cardinality(said.actor_ids) > 0
    AND ((one.about = other.about AND one.id <= other.id) OR (one.about = 'topic' AND other.about = 'actor'))
GROUP BY said.taxonomy_id, facts.day, one.about, one.id, other.about, other.id;

COMMENT ON VIEW trends.counted_pairs IS 'What trends.pair_counts holds, counted anew from every article. One row a version, day and pair.';
COMMENT ON COLUMN trends.counted_pairs.taxonomy_id IS 'Version of the taxonomy: key into news.taxonomies.';
COMMENT ON COLUMN trends.counted_pairs.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.counted_pairs.left_about IS 'topic or actor; all: whatever has any.';
COMMENT ON COLUMN trends.counted_pairs.left_id IS 'Which one: key into news.topics or news.actors; 0 for all.';
COMMENT ON COLUMN trends.counted_pairs.right_about IS 'topic, actor or all, as left_about; the same as the left one where whatever has it is counted.';
COMMENT ON COLUMN trends.counted_pairs.right_id IS 'Which one.';
COMMENT ON COLUMN trends.counted_pairs.articles IS 'Articles that have both.';
COMMENT ON COLUMN trends.counted_pairs.origins IS 'Distinct texts among them.';

-- Grain: one row a version, day and pair of topics or actors that an article has in common.
-- Reads: news.pairs, news.pairs_past. Read by: trends.pairs, trends.pair_days.
CREATE VIEW trends.pair_counts AS
SELECT taxonomy_id, day, left_about, left_id, right_about, right_id, articles, origins
FROM news.pairs
WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT taxonomy_id, day, left_about, left_id, right_about, right_id, articles, origins
FROM news.pairs_past
WHERE (SELECT trends.as_of()) IS NOT NULL AND since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of());

COMMENT ON VIEW trends.pair_counts IS 'What topics and actors have in common, by day: what trends.pairs is made of. One row a version, day and pair.';
COMMENT ON COLUMN trends.pair_counts.taxonomy_id IS 'Version of the taxonomy: key into news.taxonomies.';
COMMENT ON COLUMN trends.pair_counts.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.pair_counts.left_about IS 'topic or actor; all: whatever has any.';
COMMENT ON COLUMN trends.pair_counts.left_id IS 'Which one: key into news.topics or news.actors; 0 for all.';
COMMENT ON COLUMN trends.pair_counts.right_about IS 'topic, actor or all, as left_about; the same as the left one where whatever has it is counted.';
COMMENT ON COLUMN trends.pair_counts.right_id IS 'Which one.';
COMMENT ON COLUMN trends.pair_counts.articles IS 'Articles that have both.';
COMMENT ON COLUMN trends.pair_counts.origins IS 'Distinct texts among them.';
