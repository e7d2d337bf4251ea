-- Grain: one row a source that is watched now.
-- Reads: news.freshness, news.feeds, news.sources. Read by: analysts, models/freshness_store.py.
CREATE VIEW ops.freshness AS
SELECT
    sources.slug AS source,
    sources.name,
    coalesce(found.findings, '{}') AS findings,
    found.since,
    found.said,
    found.figures,
    watched.last_new_at,
    watched.feeds,
    watched.failing
FROM (
    SELECT
        source_id, max(last_new_at) AS last_new_at, count(*) AS feeds, count(*) FILTER (WHERE failures > 0) AS failing
    FROM news.feeds
    WHERE watched_until IS NULL
    GROUP BY source_id
) AS watched
JOIN news.sources ON sources.id = watched.source_id
LEFT JOIN (
    SELECT
        source_id,
        array_agg(finding ORDER BY since, finding) AS findings,
        min(since) AS since,
        string_agg(said, '; ' ORDER BY since, finding) AS said,
        jsonb_object_agg(finding, figures) AS figures
    FROM news.freshness
    GROUP BY source_id
) AS found ON found.source_id = watched.source_id;

COMMENT ON VIEW ops.freshness IS 'Whether each source still brings what it used to bring, as the last maintenance found. One row a source that is watched now.';
COMMENT ON COLUMN ops.freshness.source IS 'Slug of the source.';
COMMENT ON COLUMN ops.freshness.name IS 'Name of the source.';
COMMENT ON COLUMN ops.freshness.findings IS 'silent, teasers, rejected, undated, shorter, clock ahead, clock behind; empty: nothing to find fault with.';
COMMENT ON COLUMN ops.freshness.since IS 'Since when the first of them holds.';
COMMENT ON COLUMN ops.freshness.said IS 'The findings in words.';
COMMENT ON COLUMN ops.freshness.figures IS 'By finding, the figures it rests on.';
COMMENT ON COLUMN ops.freshness.last_new_at IS 'When it last listed something new.';
COMMENT ON COLUMN ops.freshness.feeds IS 'Its feeds that are watched.';
COMMENT ON COLUMN ops.freshness.failing IS 'Those of them that fail; a source all of whose feeds fail is not called silent.';
