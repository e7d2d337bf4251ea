-- Applies the outcome of each claimed article, lets go of it and closes the attempt.
-- `waiting` leaves it as it was; `failed` makes it due again; anything else settles it for good.
WITH settled AS (
    SELECT *
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:outcomes AS text[]), CAST(:reasons AS text[]), CAST(:retries AS timestamptz[]),
        CAST(:statuses AS smallint[]), CAST(:bytes AS int[]), CAST(:elapsed AS int[]), CAST(:fetched AS timestamptz[]),
        CAST(:months AS date[]), CAST(:hashes AS bytea[]), CAST(:titles AS text[]), CAST(:languages AS text[]),
        CAST(:grades AS text[]), CAST(:methods AS text[]), CAST(:published AS timestamptz[]), CAST(:origins AS text[]),
        CAST(:words AS int[]), CAST(:contents AS bytea[]), CAST(:extractors AS smallint[])
    ) AS one (
        id, outcome, reason, retry_at, status, bytes, elapsed_ms, fetched_at, page_month, page_hash, title, language,
        grade, method, published_at, published_from, words, content_hash, extractor_id
    )
), closed AS (
    UPDATE news.attempts SET
        outcome = settled.outcome, reason = settled.reason, settled_at = :now, status = settled.status,
        bytes = settled.bytes, elapsed_ms = settled.elapsed_ms
    FROM settled
    WHERE attempts.article_id = settled.id AND attempts.run_id = :run
)
UPDATE news.articles SET
    claimed_by = NULL,
    state = CASE WHEN settled.outcome = 'waiting' THEN articles.state ELSE settled.outcome END,
    reason = CASE WHEN settled.outcome = 'waiting' THEN articles.reason ELSE settled.reason END,
    attempts = articles.attempts + CASE WHEN settled.outcome = 'waiting' THEN 0 ELSE 1 END,
    due_at = CASE WHEN settled.outcome = 'waiting' THEN articles.due_at ELSE settled.retry_at END,
    title = coalesce(nullif(settled.title, ''), articles.title),
    language = settled.language,
    grade = settled.grade,
    method = settled.method,
    published_at = CASE WHEN settled.outcome = 'stored' THEN settled.published_at ELSE articles.published_at END,
    published_from = CASE WHEN settled.outcome = 'stored' THEN settled.published_from ELSE articles.published_from END,
    fetched_at = coalesce(settled.fetched_at, articles.fetched_at),
    words = settled.words,
    content_hash = settled.content_hash,
    page_month = coalesce(settled.page_month, articles.page_month),
    page_hash = coalesce(settled.page_hash, articles.page_hash),
    extractor_id = coalesce(settled.extractor_id, articles.extractor_id),
    origin_id = CASE WHEN settled.outcome = 'stored' THEN articles.id END
FROM settled
WHERE articles.id = settled.id
