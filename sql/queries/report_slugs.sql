-- The slug of each topic and actor by its key.
SELECT 'topic' AS kind, topic_id AS id, topic AS slug
FROM trends.topics
UNION ALL
SELECT 'actor', id, slug
FROM news.actors
