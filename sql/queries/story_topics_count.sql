-- Brings the topics of these stories, by some versions of the taxonomy, in line with their articles: those that half of them at
-- least are on. What holds is not written.
WITH told AS (
    SELECT
        story_id,
        article_id,
        (min(reported_at) OVER of_story AT TIME ZONE 'UTC')::date AS started_on,
        count(*) OVER of_story AS members
    FROM trends.story_articles
    WHERE story_id = ANY(CAST(:stories AS bigint[]))
    WINDOW of_story AS (PARTITION BY story_id)
), counted AS MATERIALIZED (
    SELECT said.taxonomy_id, told.story_id, topic.id AS topic_id, told.started_on, count(*)::int AS articles
    FROM told
    JOIN news.taggings AS said
        ON said.article_id = told.article_id AND said.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
    CROSS JOIN LATERAL unnest(said.topic_ids) AS topic (id)
    GROUP BY said.taxonomy_id, told.story_id, topic.id, told.started_on, told.members
    HAVING 2 * count(*) >= told.members
), gone AS (
    DELETE FROM news.story_topics AS kept
    WHERE kept.story_id = ANY(CAST(:stories AS bigint[])) AND kept.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        AND NOT EXISTS (
            SELECT FROM counted
            WHERE (counted.taxonomy_id, counted.story_id, counted.topic_id)
                = (kept.taxonomy_id, kept.story_id, kept.topic_id)
        )
)
INSERT INTO news.story_topics AS kept (
    taxonomy_id, story_id, topic_id, started_on, articles
)
SELECT
    counted.taxonomy_id, counted.story_id, counted.topic_id, counted.started_on, counted.articles
FROM counted
LEFT JOIN news.story_topics AS same USING (taxonomy_id, story_id, topic_id)
WHERE (
        same.started_on, same.articles
    ) IS DISTINCT FROM (
        counted.started_on, counted.articles
    )
ON CONFLICT (taxonomy_id, story_id, topic_id) DO UPDATE SET
    started_on = excluded.started_on, articles = excluded.articles, since = news.clock()
