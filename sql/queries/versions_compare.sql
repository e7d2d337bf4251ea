-- Two taxonomy versions over the stored articles that both have tagged: by topic, how many each gives it to, how many
-- only the new one does (gained), and how many only the old one does (lost).
WITH both_tagged AS (
    SELECT article_id
    FROM news.taggings AS former
    JOIN news.taggings AS latter USING (article_id)
    JOIN news.articles ON articles.id = former.article_id AND articles.state = 'stored'
    WHERE former.taxonomy_id = :old AND latter.taxonomy_id = :new
), pairs AS (
    SELECT
        tags.topic_id,
        tags.article_id,
        bool_or(tags.taxonomy_id = :old) AS before,
        bool_or(tags.taxonomy_id = :new) AS after
    FROM news.tags
    JOIN both_tagged USING (article_id)
    WHERE tags.taxonomy_id IN (:old, :new)
    GROUP BY tags.topic_id, tags.article_id
), counted AS (
    SELECT
        topic_id,
        count(*) FILTER (WHERE before) AS before,
        count(*) FILTER (WHERE after) AS after,
        count(*) FILTER (WHERE NOT before) AS gained,
        count(*) FILTER (WHERE NOT after) AS lost
    FROM pairs
    GROUP BY topic_id
), listed AS (
    SELECT
        topic_id,
        min(position) FILTER (WHERE taxonomy_id = :new) AS new_position,
        min(position) AS any_position
    FROM news.taxonomy_topics
    WHERE taxonomy_id IN (:old, :new)
    GROUP BY topic_id
)
SELECT
    topics.slug AS topic,
    coalesce(counted.before, 0)::int AS before,
    coalesce(counted.after, 0)::int AS after,
    coalesce(counted.gained, 0)::int AS gained,
    coalesce(counted.lost, 0)::int AS lost
FROM listed
JOIN news.topics ON topics.id = listed.topic_id
LEFT JOIN counted USING (topic_id)
ORDER BY listed.new_position NULLS LAST, listed.any_position, topics.slug
