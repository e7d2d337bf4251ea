-- Grain: one row a run, feed, outcome and reason.
-- Reads: news.poll_tallies, news.polls, news.attempts, news.articles. Read by: ops.runs, models/run_store.py.
-- Every URL a run saw is in exactly one row: what a poll settled at once (seen, duplicate, rejected) by its tally; what the
-- run worked on by the attempt; what it discovered and left for later as waiting. The tally of new ones is no outcome: each
-- of them has an attempt or waits.
CREATE VIEW ops.funnel AS
SELECT
    ended.run_id,
    ended.feed_id,
    ended.outcome,
    ended.reason,
    sum(ended.urls)::int AS urls
FROM (
    SELECT polls.run_id, polls.feed_id, poll_tallies.outcome, poll_tallies.reason, poll_tallies.urls
    FROM news.poll_tallies
    JOIN news.polls ON polls.id = poll_tallies.poll_id
    WHERE poll_tallies.outcome <> 'new'
    UNION ALL
    SELECT
        attempts.run_id,
        articles.feed_id,
        coalesce(attempts.outcome, 'waiting') AS outcome,
        CASE WHEN attempts.outcome IS NULL THEN 'in work' ELSE attempts.reason END AS reason,
        count(*)::int AS urls
    FROM news.attempts
    JOIN news.articles ON articles.id = attempts.article_id
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT polls.run_id, polls.feed_id, 'waiting' AS outcome, 'not yet fetched' AS reason, count(*)::int AS urls
    FROM news.polls
    JOIN news.articles ON articles.discovered_by = polls.run_id AND articles.feed_id = polls.feed_id
    WHERE NOT EXISTS (
        SELECT FROM news.attempts WHERE attempts.article_id = articles.id AND attempts.run_id = polls.run_id
    )
    GROUP BY 1, 2
) AS ended
GROUP BY ended.run_id, ended.feed_id, ended.outcome, ended.reason;

COMMENT ON VIEW ops.funnel IS 'Where the URLs of each run ended, by feed. One row a run, feed, outcome and reason.';
COMMENT ON COLUMN ops.funnel.run_id IS 'The run, a key into ops.runs.';
COMMENT ON COLUMN ops.funnel.feed_id IS 'The feed that listed the URL first, a key into ops.feeds.';
COMMENT ON COLUMN ops.funnel.outcome IS 'stored, seen, duplicate, rejected, failed (will be tried again), given up, waiting or lost (the run died); of a look at a stored article also unchanged, revised, deleted or moved.';
COMMENT ON COLUMN ops.funnel.reason IS 'Why; empty where the outcome says it all.';
COMMENT ON COLUMN ops.funnel.urls IS 'How many URLs.';
