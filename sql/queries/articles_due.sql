-- Unclaimed articles whose time has come and that the run has not tried yet, the longest waiting first: those that hang on
-- the sitemaps of an unfinished back-fill, or, with :backfill null, those that hang on none, or on one that is polled.
SELECT id, url FROM news.articles
WHERE due_at <= :now
    AND claimed_by IS NULL
    AND NOT EXISTS (SELECT FROM news.attempts WHERE attempts.article_id = articles.id AND attempts.run_id = :run)
    AND CASE
        WHEN CAST(:backfill AS int) IS NULL THEN NOT EXISTS (
            SELECT FROM news.backfill_sitemaps AS sitemap
            JOIN news.backfills ON backfills.id = sitemap.backfill_id
            JOIN news.feeds ON feeds.id = sitemap.feed_id
            WHERE sitemap.feed_id = articles.feed_id
                AND backfills.finished_at IS NULL
                AND feeds.watched_until IS NOT NULL
        )
        ELSE EXISTS (
            SELECT FROM news.backfill_sitemaps AS sitemap
            WHERE sitemap.feed_id = articles.feed_id AND sitemap.backfill_id = CAST(:backfill AS int)
        )
    END
ORDER BY due_at, id
LIMIT :limit
