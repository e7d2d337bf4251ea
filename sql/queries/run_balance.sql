-- Both sides of a run's funnel, each counted from its own table: one row.
SELECT
    (SELECT coalesce(sum(listed), 0) FROM news.polls WHERE run_id = :run)::int AS listed,
    (SELECT count(*) FROM news.attempts
        JOIN news.articles ON articles.id = attempts.article_id
        WHERE attempts.run_id = :run AND articles.discovered_by <> :run)::int AS carried,
    (SELECT coalesce(sum(urls), 0) FROM ops.funnel WHERE run_id = :run)::int AS ended,
    (SELECT count(*) FROM news.articles WHERE discovered_by = :run)::int AS discovered,
    (SELECT coalesce(sum(poll_tallies.urls), 0) FROM news.poll_tallies
        JOIN news.polls ON polls.id = poll_tallies.poll_id
        WHERE polls.run_id = :run AND poll_tallies.outcome = 'new')::int AS new,
    (SELECT count(*) FROM news.articles WHERE claimed_by = :run)::int AS unsettled
