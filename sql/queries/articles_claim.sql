-- Claims due articles for a run and notes the attempt: one row an article with its announcement.
WITH free AS (
    SELECT id FROM news.articles
    WHERE id = ANY(CAST(:ids AS bigint[])) AND due_at <= :now AND (claimed_by IS NULL OR claimed_by = :run)
    FOR NO KEY UPDATE SKIP LOCKED
), claimed AS (
    UPDATE news.articles SET claimed_by = :run
    FROM free
    WHERE articles.id = free.id
    RETURNING articles.id, articles.source_id, articles.url, articles.attempts
), noted AS (
    INSERT INTO news.attempts (article_id, run_id, claimed_at)
    SELECT id, :run, :now FROM claimed
    ON CONFLICT (article_id, run_id) DO UPDATE SET claimed_at = excluded.claimed_at, outcome = NULL, settled_at = NULL
)
SELECT
    claimed.id, claimed.source_id, claimed.url, claimed.attempts, sources.language AS source_language,
    sources.kind = 'aggregator' AS aggregated, coalesce(entries.publisher, '') AS publisher,
    coalesce(entries.title, '') AS title, coalesce(entries.summary, '') AS summary,
    coalesce(entries.content_html, '') AS content_html, coalesce(entries.authors, '{}') AS authors,
    entries.language AS entry_language, entries.published_at, entries.published_from
FROM claimed
JOIN news.sources ON sources.id = claimed.source_id
LEFT JOIN news.entries ON entries.article_id = claimed.id
ORDER BY claimed.id
