-- Keeps tags with their evidence.
INSERT INTO news.tags (taxonomy_id, article_id, topic_id, score, evidence)
SELECT :taxonomy, tag.article_id, tag.topic_id, tag.score, CAST(tag.evidence AS jsonb)
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:topics AS smallint[]), CAST(:scores AS real[]), CAST(:evidence AS text[])
) AS tag (article_id, topic_id, score, evidence)
