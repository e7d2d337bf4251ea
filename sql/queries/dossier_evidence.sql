-- Every match behind an article's tags, the strongest topic first.
SELECT topic, score, score_rebuilt, term, concept, field, start_at, end_at, weight
FROM trends.tag_evidence
WHERE article_id = :article
ORDER BY score DESC, topic, place
