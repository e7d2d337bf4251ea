-- Tags of the current taxonomy whose score does not follow from their evidence, or whose evidence points outside the text.
-- Weights are kept to four digits and there are a dozen of them at most: a difference of .001 is rounding.
SELECT DISTINCT article_id, topic, score, score_rebuilt, field, start_at, end_at
FROM trends.tag_evidence
WHERE abs(score - score_rebuilt) > 0.001
    OR char_length(coalesce(words, '')) <> end_at - start_at
    OR start_at >= end_at
UNION ALL
SELECT tags.article_id, topics.topic, tags.score, NULL, NULL, NULL, NULL
FROM news.tags
JOIN trends.topics ON topics.taxonomy_id = tags.taxonomy_id AND topics.topic_id = tags.topic_id
WHERE jsonb_array_length(tags.evidence) = 0
