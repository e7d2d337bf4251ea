-- Gives stored articles what a new reading of their page says; their copies and stories are looked for again. `dates`:
-- whether the date of publication is among it.
WITH reread AS (
    SELECT *
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:titles AS text[]), CAST(:languages AS text[]), CAST(:grades AS text[]),
        CAST(:methods AS text[]), CAST(:words AS int[]), CAST(:contents AS bytea[]), CAST(:extractors AS smallint[]),
        CAST(:months AS date[]), CAST(:hashes AS bytea[]), CAST(:published AS timestamptz[]), CAST(:origins AS text[])
    ) AS one (
        id, title, language, grade, method, words, content_hash, extractor_id, page_month, page_hash, published_at,
        published_from
    )
)
UPDATE news.articles SET
    title = coalesce(nullif(reread.title, ''), articles.title),
    language = reread.language,
    grade = reread.grade,
    method = reread.method,
    words = reread.words,
    content_hash = reread.content_hash,
    extractor_id = reread.extractor_id,
    page_month = coalesce(reread.page_month, articles.page_month),
    page_hash = coalesce(reread.page_hash, articles.page_hash),
    published_at = CASE WHEN CAST(:dates AS boolean) THEN reread.published_at ELSE articles.published_at END,
    published_from = CASE WHEN CAST(:dates AS boolean) THEN reread.published_from ELSE articles.published_from END,
    compared_at = NULL,
    grouped_at = NULL
FROM reread
WHERE articles.id = reread.id
