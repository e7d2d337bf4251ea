-- Both sides of a run's looks, each counted from its own table: one row.
SELECT
    (SELECT count(*) FROM news.attempts WHERE run_id = :run)::int AS taken,
    (SELECT coalesce(sum(urls), 0) FROM ops.funnel WHERE run_id = :run AND reason <> 'in work')::int AS ended,
    (SELECT count(*) FROM news.attempts WHERE run_id = :run AND outcome IN ('revised', 'deleted'))::int AS changed,
    (SELECT count(*) FROM news.revisions WHERE run_id = :run)::int AS kept,
    (SELECT count(*) FROM news.looks WHERE claimed_by = :run)::int AS unsettled
