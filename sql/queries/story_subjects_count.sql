-- Brings the lists of topics of these stories, by some versions of the taxonomy, in line with their articles: all topics of theirs,
-- the most frequent first. What holds is not written.
WITH counted AS MATERIALIZED (
    SELECT
        said.taxonomy_id, facts.story_id, topic.id AS topic_id, count(*) AS articles
    FROM trends.article_facts AS facts
    JOIN news.taggings AS said
        ON said.article_id = facts.article_id AND said.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
    CROSS JOIN LATERAL unnest(said.topic_ids) AS topic (id)
    WHERE facts.story_id = ANY(CAST(:stories AS bigint[]))
    GROUP BY said.taxonomy_id, facts.story_id, topic.id
), named AS MATERIALIZED (
    SELECT counted.taxonomy_id, counted.story_id, array_agg(topics.slug ORDER BY counted.articles DESC, topics.slug) AS topics
    FROM counted
    JOIN news.taxonomy_topics AS listed USING (taxonomy_id, topic_id)
    JOIN news.topics ON topics.id = counted.topic_id
    GROUP BY counted.taxonomy_id, counted.story_id
), gone AS (
    DELETE FROM news.story_subjects AS kept
    WHERE kept.story_id = ANY(CAST(:stories AS bigint[])) AND kept.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        AND NOT EXISTS (
            SELECT FROM named
            WHERE (named.taxonomy_id, named.story_id) = (kept.taxonomy_id, kept.story_id)
        )
)
INSERT INTO news.story_subjects AS kept (taxonomy_id, story_id, topics)
SELECT named.taxonomy_id, named.story_id, named.topics
FROM named
LEFT JOIN news.story_subjects AS same USING (taxonomy_id, story_id)
WHERE same.topics IS DISTINCT FROM named.topics
ON CONFLICT (taxonomy_id, story_id) DO UPDATE SET topics = excluded.topics, since = news.clock()
