-- Grain: one row a run.
-- Reads: news.runs, news.polls, news.attempts, news.articles, ops.funnel. Read by: analysts, flows.
CREATE VIEW ops.runs AS
SELECT
    runs.id AS run_id,
    runs.flow,
    runs.state,
    runs.started_at,
    runs.finished_at,
    extract(epoch FROM runs.finished_at - runs.started_at)::float8 AS seconds,
    polled.feeds,
    polled.feeds_failed,
    polled.listed,
    carried.articles AS carried,
    ended.urls AS ended,
    polled.listed + carried.articles = ended.urls AS balanced,
    ended.stored,
    ended.seen,
    ended.duplicates,
    ended.rejected,
    ended.failed,
    ended.given_up,
    ended.waiting,
    ended.lost,
    runs.error,
    runs.host,
    runs.version,
    runs.prefect_run_id,
    runs.timings,
    ended.unchanged,
    ended.revised,
    ended.deleted,
    ended.moved
FROM news.runs
CROSS JOIN LATERAL (
    SELECT
        count(*) AS feeds,
        count(*) FILTER (WHERE polls.outcome = 'failed') AS feeds_failed,
        coalesce(sum(polls.listed), 0) AS listed
    FROM news.polls
    WHERE polls.run_id = runs.id
) AS polled
CROSS JOIN LATERAL (
    SELECT count(*) AS articles
    FROM news.attempts
    JOIN news.articles ON articles.id = attempts.article_id
    WHERE attempts.run_id = runs.id AND articles.discovered_by <> runs.id
) AS carried
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(urls), 0) AS urls,
        coalesce(sum(urls) FILTER (WHERE outcome = 'stored'), 0) AS stored,
        coalesce(sum(urls) FILTER (WHERE outcome = 'seen'), 0) AS seen,
        coalesce(sum(urls) FILTER (WHERE outcome = 'duplicate'), 0) AS duplicates,
        coalesce(sum(urls) FILTER (WHERE outcome = 'rejected'), 0) AS rejected,
        coalesce(sum(urls) FILTER (WHERE outcome = 'failed'), 0) AS failed,
        coalesce(sum(urls) FILTER (WHERE outcome = 'given up'), 0) AS given_up,
        coalesce(sum(urls) FILTER (WHERE outcome = 'waiting'), 0) AS waiting,
        coalesce(sum(urls) FILTER (WHERE outcome = 'lost'), 0) AS lost,
        coalesce(sum(urls) FILTER (WHERE outcome = 'unchanged'), 0) AS unchanged,
        coalesce(sum(urls) FILTER (WHERE outcome = 'revised'), 0) AS revised,
        coalesce(sum(urls) FILTER (WHERE outcome = 'deleted'), 0) AS deleted,
        coalesce(sum(urls) FILTER (WHERE outcome = 'moved'), 0) AS moved
    FROM ops.funnel
    WHERE funnel.run_id = runs.id
) AS ended;

COMMENT ON VIEW ops.runs IS 'What each run did, and whether its funnel balances. One row a run.';
COMMENT ON COLUMN ops.runs.run_id IS 'Key into ops.funnel.';
COMMENT ON COLUMN ops.runs.flow IS 'Which flow it was.';
COMMENT ON COLUMN ops.runs.state IS 'running, ok, failed or dead (its process ended without a word).';
COMMENT ON COLUMN ops.runs.started_at IS 'When it began.';
COMMENT ON COLUMN ops.runs.finished_at IS 'When it ended; for a dead run, when that was noticed.';
COMMENT ON COLUMN ops.runs.seconds IS 'How long it took.';
COMMENT ON COLUMN ops.runs.feeds IS 'Feeds it polled.';
COMMENT ON COLUMN ops.runs.feeds_failed IS 'Those among them that failed.';
COMMENT ON COLUMN ops.runs.listed IS 'URLs that the polled feeds listed.';
COMMENT ON COLUMN ops.runs.carried IS 'Articles of earlier runs that it took up.';
COMMENT ON COLUMN ops.runs.ended IS 'URLs with an outcome.';
COMMENT ON COLUMN ops.runs.balanced IS 'listed + carried = ended: nothing was lost and nothing counted twice.';
COMMENT ON COLUMN ops.runs.stored IS 'Articles stored.';
COMMENT ON COLUMN ops.runs.seen IS 'Already known from an earlier run.';
COMMENT ON COLUMN ops.runs.duplicates IS 'Listed twice, or another address of a known article.';
COMMENT ON COLUMN ops.runs.rejected IS 'No article; ops.funnel has the reasons.';
COMMENT ON COLUMN ops.runs.failed IS 'Failed, and will be tried again.';
COMMENT ON COLUMN ops.runs.given_up IS 'Failed for good.';
COMMENT ON COLUMN ops.runs.waiting IS 'Left for a later run.';
COMMENT ON COLUMN ops.runs.lost IS 'In work when the run died; taken up by a later one.';
COMMENT ON COLUMN ops.runs.error IS 'Why it failed, in a sentence.';
COMMENT ON COLUMN ops.runs.host IS 'Where it ran.';
COMMENT ON COLUMN ops.runs.version IS 'Version of Wirewatch.';
COMMENT ON COLUMN ops.runs.prefect_run_id IS 'The flow run in Prefect.';
COMMENT ON COLUMN ops.runs.timings IS 'Seconds by part of the run.';
COMMENT ON COLUMN ops.runs.unchanged IS 'Stored articles that say what they said when they were looked at again.';
COMMENT ON COLUMN ops.runs.revised IS 'Those that say something else; trends.revisions has what.';
COMMENT ON COLUMN ops.runs.deleted IS 'Those whose page is gone.';
COMMENT ON COLUMN ops.runs.moved IS 'Those whose address leads elsewhere now.';
