-- Keeps the texts of articles.
INSERT INTO news.texts (article_id, text, authors, syndicated_from)
SELECT one.article_id, one.text, coalesce(string_to_array(nullif(one.authors, ''), chr(31)), '{}'), one.syndicated_from
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:texts AS text[]), CAST(:authors AS text[]), CAST(:syndicated AS text[])
) AS one (article_id, text, authors, syndicated_from)
ON CONFLICT (article_id) DO UPDATE SET
    text = excluded.text, authors = excluded.authors, syndicated_from = excluded.syndicated_from
