-- Notes who was recognised by whom, replacing what was noted before.
INSERT INTO news.copies (article_id, of_article_id, kind, jaccard, containment, found_at)
SELECT link.article_id, link.of_article_id, link.kind, link.jaccard, link.containment, :now
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:of AS bigint[]), CAST(:kinds AS text[]), CAST(:jaccards AS real[]), CAST(:containments AS real[])
) AS link (article_id, of_article_id, kind, jaccard, containment)
ON CONFLICT (article_id) DO UPDATE SET
    of_article_id = excluded.of_article_id, kind = excluded.kind, jaccard = excluded.jaccard,
    containment = excluded.containment,
    found_at = CASE WHEN copies.of_article_id = excluded.of_article_id THEN copies.found_at ELSE excluded.found_at END
