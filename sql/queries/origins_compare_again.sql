-- Has the copies of these articles looked for again. Returns those whose bands were dropped, with their texts.
WITH opened AS (
    UPDATE news.articles SET compared_at = NULL, grouped_at = NULL
    WHERE id = ANY(CAST(:ids AS bigint[]))
    RETURNING id
)
SELECT texts.article_id, texts.text
FROM opened
JOIN news.texts ON texts.article_id = opened.id
WHERE NOT EXISTS (SELECT FROM news.bands WHERE bands.article_id = opened.id)
