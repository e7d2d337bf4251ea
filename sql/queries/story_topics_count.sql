-- Finds the topics of these stories by some versions of the taxonomy: those that half of the articles at least are on.
INSERT INTO news.story_topics (taxonomy_id, story_id, topic_id, started_on, articles)
SELECT said.taxonomy_id, told.story_id, topic.id, told.started_on, count(*)
FROM (
    SELECT
        story_id,
        article_id,
        (min(reported_at) OVER of_story AT TIME ZONE 'UTC')::date AS started_on,
        count(*) OVER of_story AS members
    FROM trends.story_articles
    WHERE story_id = ANY(CAST(:stories AS bigint[]))
    WINDOW of_story AS (PARTITION BY story_id)
) AS told
JOIN news.taggings AS said
    ON said.article_id = told.article_id AND said.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
CROSS JOIN LATERAL unnest(said.topic_ids) AS topic (id)
GROUP BY said.taxonomy_id, told.story_id, topic.id, told.started_on, told.members
HAVING 2 * count(*) >= told.members
