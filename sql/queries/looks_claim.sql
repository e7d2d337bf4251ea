-- Claims looks for a run and notes the attempts: one row an article with what is stored of it. The raw page comes along
-- only where another edition of the extractor read it.
WITH free AS (
    SELECT article_id FROM news.looks
    WHERE article_id = ANY(CAST(:ids AS bigint[])) AND due_at <= :now AND (claimed_by IS NULL OR claimed_by = :run)
    FOR NO KEY UPDATE SKIP LOCKED
), claimed AS (
    UPDATE news.looks SET claimed_by = :run
    FROM free
    WHERE looks.article_id = free.article_id
    RETURNING looks.*
), noted AS (
    INSERT INTO news.attempts (article_id, run_id, claimed_at)
    SELECT article_id, :run, :now FROM claimed
    ON CONFLICT (article_id, run_id) DO UPDATE SET claimed_at = excluded.claimed_at, outcome = NULL, settled_at = NULL
)
SELECT
    claimed.article_id, claimed.number, claimed.since, claimed.etag, claimed.last_modified, claimed.failures,
    claimed.failed_as, articles.source_id, articles.url, articles.title, articles.grade, articles.page_hash,
    articles.deleted_at IS NOT NULL AS deleted, extractors.name AS edition, coalesce(texts.text, '') AS text,
    sources.language AS source_language, coalesce(entries.title, '') AS entry_title,
    coalesce(entries.authors, '{}') AS authors, entries.language AS entry_language, entries.published_at,
    entries.published_from,
    CASE WHEN extractors.name IS DISTINCT FROM :edition THEN pages.body END AS body, pages.size, pages.content_type, pages.final_url,
    ARRAY(
        SELECT addresses.url_key FROM news.addresses WHERE addresses.article_id = claimed.article_id
    ) AS addresses
FROM claimed
JOIN news.articles ON articles.id = claimed.article_id
JOIN news.sources ON sources.id = articles.source_id
LEFT JOIN news.texts ON texts.article_id = claimed.article_id
LEFT JOIN news.entries ON entries.article_id = claimed.article_id
LEFT JOIN news.extractors ON extractors.id = articles.extractor_id
LEFT JOIN news.pages ON pages.month = articles.page_month AND pages.content_hash = articles.page_hash
ORDER BY claimed.article_id
