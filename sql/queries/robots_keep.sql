-- Keeps what a robots.txt answered; a failure leaves the last answer as it is and notes since when there is none.
INSERT INTO news.robots AS known (site, fetched_at, status, body, failing_since)
VALUES (
    :site, CASE WHEN :failed THEN NULL ELSE CAST(:now AS timestamptz) END, :status, :body,
    CASE WHEN :failed THEN CAST(:now AS timestamptz) END
)
ON CONFLICT (site) DO UPDATE SET
    fetched_at = coalesce(excluded.fetched_at, known.fetched_at),
    status = CASE WHEN excluded.failing_since IS NULL THEN excluded.status ELSE known.status END,
    body = CASE WHEN excluded.failing_since IS NULL THEN excluded.body ELSE known.body END,
    failing_since = CASE WHEN excluded.failing_since IS NOT NULL
        THEN coalesce(known.failing_since, excluded.failing_since) END
