-- Closes the attempts of looks, counts them by source and day, and plans the next look; without one (no number) the look
-- is forgotten. Looks that are only let go of (`waiting`) keep their plan and count nowhere.
WITH settled AS (
    SELECT *
    FROM unnest(
        CAST(:ids AS bigint[]), CAST(:sources AS int[]), CAST(:outcomes AS text[]), CAST(:reasons AS text[]),
        CAST(:statuses AS smallint[]), CAST(:bytes AS int[]), CAST(:elapsed AS int[]), CAST(:numbers AS smallint[]),
        CAST(:due AS timestamptz[]), CAST(:failures AS smallint[]), CAST(:etags AS text[]), CAST(:modified AS text[])
    ) AS one (
        id, source_id, outcome, reason, status, bytes, elapsed_ms, number, due_at, failures, etag, last_modified
    )
), closed AS (
    UPDATE news.attempts SET
        outcome = settled.outcome, reason = settled.reason, settled_at = :now, status = settled.status,
        bytes = settled.bytes, elapsed_ms = settled.elapsed_ms
    FROM settled
    WHERE attempts.article_id = settled.id AND attempts.run_id = :run
), counted AS (
    INSERT INTO news.look_days AS kept (source_id, day, outcome, looks)
    SELECT source_id, (CAST(:now AS timestamptz) AT TIME ZONE 'UTC')::date, outcome, count(*)
    FROM settled
    WHERE outcome NOT IN ('waiting', 'failed')
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (source_id, day, outcome) DO UPDATE SET looks = kept.looks + excluded.looks
), forgotten AS (
    DELETE FROM news.looks USING settled
    WHERE looks.article_id = settled.id AND settled.number IS NULL AND settled.outcome <> 'waiting'
)
UPDATE news.looks SET
    claimed_by = NULL,
    number = coalesce(settled.number, looks.number),
    due_at = coalesce(settled.due_at, looks.due_at),
    failures = coalesce(settled.failures, looks.failures),
    failed_as = CASE settled.outcome WHEN 'failed' THEN settled.reason WHEN 'waiting' THEN looks.failed_as ELSE '' END,
    etag = CASE WHEN settled.outcome IN ('unchanged', 'revised', 'moved') THEN settled.etag ELSE looks.etag END,
    last_modified = CASE
        WHEN settled.outcome IN ('unchanged', 'revised', 'moved') THEN settled.last_modified ELSE looks.last_modified
    END
FROM settled
WHERE looks.article_id = settled.id AND (settled.number IS NOT NULL OR settled.outcome = 'waiting')
