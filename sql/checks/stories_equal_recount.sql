-- What is kept of each story against a plain count of its articles; what waits for a roll-up is left out.
-- Returns what differs: which table, the story, the slice or topic, what is kept and what a count gives.
WITH waiting AS (
    SELECT story_id FROM news.dirty_stories
    UNION
    SELECT articles.story_id
    FROM news.dirty_days
    JOIN news.articles
        ON articles.day = dirty_days.day AND articles.source_id = coalesce(dirty_days.source_id, articles.source_id)
    WHERE articles.story_id IS NOT NULL
)
SELECT 'story_counts' AS kept_in, story_id, '' AS of_what, to_jsonb(kept) AS kept, to_jsonb(counted) AS counted
FROM trends.story_counts AS kept
FULL JOIN trends.counted_stories AS counted USING (story_id)
WHERE to_jsonb(kept) IS DISTINCT FROM to_jsonb(counted) AND story_id NOT IN (SELECT story_id FROM waiting)
UNION ALL
SELECT 'story_slices', story_id, slice_kind || ' ' || slice, to_jsonb(kept), to_jsonb(counted)
FROM trends.story_slice_counts AS kept
FULL JOIN trends.counted_story_slices AS counted USING (story_id, slice_kind, slice)
WHERE to_jsonb(kept) IS DISTINCT FROM to_jsonb(counted) AND story_id NOT IN (SELECT story_id FROM waiting)
UNION ALL
SELECT 'story_topics', story_id, topic_id::text, to_jsonb(kept), to_jsonb(counted)
FROM (SELECT * FROM trends.story_topic_counts WHERE taxonomy_id = (SELECT trends.version())) AS kept
FULL JOIN trends.counted_story_topics AS counted USING (taxonomy_id, story_id, topic_id)
WHERE to_jsonb(kept) IS DISTINCT FROM to_jsonb(counted) AND story_id NOT IN (SELECT story_id FROM waiting)
UNION ALL
SELECT 'story_subjects', story_id, '', to_jsonb(kept.topics), to_jsonb(counted.topics)
FROM (
    SELECT story_id, topics FROM news.story_subjects WHERE taxonomy_id = (SELECT trends.version())
) AS kept
FULL JOIN (
    SELECT story_id, array_agg(topic ORDER BY articles DESC, topic) AS topics
    FROM (
        SELECT facts.story_id, topics.topic, count(*) AS articles
        FROM trends.article_facts AS facts
        JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
        JOIN trends.topics ON topics.topic_id = ANY(said.topic_ids)
        WHERE facts.story_id IS NOT NULL
        GROUP BY facts.story_id, topics.topic
    ) AS each
    GROUP BY story_id
) AS counted USING (story_id)
WHERE kept.topics IS DISTINCT FROM counted.topics AND story_id NOT IN (SELECT story_id FROM waiting)
