-- Grain: one row an attempt, the 20 slowest of each run.
-- Reads: news.attempts, news.articles, news.sources. Read by: analysts, the run's artifacts.
CREATE VIEW ops.slowest_pages AS
SELECT
    ranked.run_id,
    ranked.place::int AS place,
    sources.slug AS source,
    articles.url,
    ranked.outcome,
    ranked.reason,
    ranked.status,
    ranked.elapsed_ms,
    ranked.bytes,
    ranked.article_id
FROM (
    SELECT
        attempts.*,
        row_number() OVER (PARTITION BY attempts.run_id ORDER BY attempts.elapsed_ms DESC, attempts.article_id) AS place
    FROM news.attempts
    WHERE attempts.settled_at IS NOT NULL
) AS ranked
JOIN news.articles ON articles.id = ranked.article_id
JOIN news.sources ON sources.id = articles.source_id
WHERE ranked.place <= 20;

COMMENT ON VIEW ops.slowest_pages IS 'The pages each run waited longest for. One row an attempt, 20 a run at most.';
COMMENT ON COLUMN ops.slowest_pages.run_id IS 'The run.';
COMMENT ON COLUMN ops.slowest_pages.place IS 'Rank within the run, 1 the slowest.';
COMMENT ON COLUMN ops.slowest_pages.source IS 'Slug of the source.';
COMMENT ON COLUMN ops.slowest_pages.url IS 'Address of the page.';
COMMENT ON COLUMN ops.slowest_pages.outcome IS 'What became of it.';
COMMENT ON COLUMN ops.slowest_pages.reason IS 'Why.';
COMMENT ON COLUMN ops.slowest_pages.status IS 'HTTP status, if there was an answer.';
COMMENT ON COLUMN ops.slowest_pages.elapsed_ms IS 'Time from the request to the last byte.';
COMMENT ON COLUMN ops.slowest_pages.bytes IS 'Bytes over the wire.';
COMMENT ON COLUMN ops.slowest_pages.article_id IS 'The article.';
