-- How each topic's share of coverage changed between two windows of days, and why: because the same sources wrote more about
-- it, or because other sources are listened to.
--
-- The panel of a slice are its sources that are graded ok on at least 4/7 of the days of the window and on half of the days
-- before it; of them only those days count. With s the share of all coverage and p that of the panel, now and before,
--   s_now - s_before = (p_now - p_before) + ((s_now - p_now) - (s_before - p_before))
--        change      =    same_sources    +             other_sources
-- A source that is new, has died, or was dark for most of a window is no member, so twenty added feeds change the second part
-- and not the first.
-- A setting of its own keeps a view from taking it apart: then $1 is worked out once, and not for each row.
-- Reads: trends.topics, trends.counts, trends.source_days, trends.source_facts. Read by: trends.topic_changes, models/trends.py.
CREATE FUNCTION trends.topic_change(until date, days integer DEFAULT 7, before integer DEFAULT 28)
RETURNS TABLE (
    topic text,
    slice_kind text,
    slice text,
    articles integer,
    coverage integer,
    share double precision,
    articles_before integer,
    coverage_before integer,
    share_before double precision,
    change double precision,
    same_sources double precision,
    other_sources double precision,
    panel integer,
    panel_articles integer,
    panel_coverage integer,
    panel_share double precision,
    panel_articles_before integer,
    panel_coverage_before integer,
    panel_share_before double precision,
    reason text
) LANGUAGE sql STABLE SET work_mem = '64MB' AS $$
WITH members AS (
    SELECT
        graded.source_id,
        count(*) FILTER (WHERE graded.day > $1 - $2) * 7 >= 4 * $2
            AND count(*) FILTER (WHERE graded.day <= $1 - $2) * 2 >= $3 AS is_panel
    FROM trends.source_days AS graded
    WHERE graded.grade = 'ok' AND graded.day > $1 - $2 - $3 AND graded.day <= $1
    GROUP BY graded.source_id
), sources AS (
    SELECT facts.source, facts.bloc, facts.country, facts.kind, facts.language, coalesce(members.is_panel, false) AS is_panel
    FROM trends.source_facts AS facts
    LEFT JOIN members ON members.source_id = facts.source_id
), covered AS (
    SELECT
        counts.slice AS source,
        coalesce(sum(counts.articles) FILTER (WHERE counts.starts_on > $1 - $2), 0) AS now,
        coalesce(sum(counts.articles) FILTER (WHERE counts.starts_on <= $1 - $2), 0) AS before,
        coalesce(sum(counts.comparable) FILTER (WHERE counts.starts_on > $1 - $2), 0) AS ok_now,
        coalesce(sum(counts.comparable) FILTER (WHERE counts.starts_on <= $1 - $2), 0) AS ok_before
    FROM trends.counts
    WHERE counts.taxonomy_id = 0 AND counts.about = 'coverage' AND counts.about_id = 0
        AND counts.slice_kind = 'source' AND counts.grain = 'day'
        AND counts.starts_on > $1 - $2 - $3 AND counts.starts_on <= $1
    GROUP BY counts.slice
), told AS (
    SELECT
        counts.about_id AS topic_id,
        counts.slice AS source,
        sum(counts.articles) FILTER (WHERE counts.starts_on > $1 - $2) AS now,
        sum(counts.articles) FILTER (WHERE counts.starts_on <= $1 - $2) AS before,
        sum(counts.comparable) FILTER (WHERE counts.starts_on > $1 - $2) AS ok_now,
        sum(counts.comparable) FILTER (WHERE counts.starts_on <= $1 - $2) AS ok_before
    FROM trends.topics
    JOIN trends.counts
        ON counts.taxonomy_id = topics.taxonomy_id AND counts.about = 'topic' AND counts.about_id = topics.topic_id
        AND counts.slice_kind = 'source' AND counts.grain = 'day'
        AND counts.starts_on > $1 - $2 - $3 AND counts.starts_on <= $1
    GROUP BY counts.about_id, counts.slice
), sliced AS (
    SELECT sources.source, sources.is_panel, slices.slice_kind, slices.slice
    FROM sources
    CROSS JOIN LATERAL (
        VALUES
            ('all', ''), ('bloc', sources.bloc), ('country', sources.country), ('language', sources.language),
            ('kind', sources.kind)
    ) AS slices (slice_kind, slice)
), bases AS (
    SELECT
        sliced.slice_kind,
        sliced.slice,
        (count(*) FILTER (WHERE sliced.is_panel))::int AS panel,
        sum(covered.now)::int AS now,
        sum(covered.before)::int AS before,
        coalesce(sum(covered.ok_now) FILTER (WHERE sliced.is_panel), 0)::int AS panel_now,
        coalesce(sum(covered.ok_before) FILTER (WHERE sliced.is_panel), 0)::int AS panel_before
    FROM sliced
    JOIN covered ON covered.source = sliced.source
    GROUP BY sliced.slice_kind, sliced.slice
), figures AS (
    SELECT
        told.topic_id,
        sliced.slice_kind,
        sliced.slice,
        coalesce(sum(told.now), 0)::int AS now,
        coalesce(sum(told.before), 0)::int AS before,
        coalesce(sum(told.ok_now) FILTER (WHERE sliced.is_panel), 0)::int AS panel_now,
        coalesce(sum(told.ok_before) FILTER (WHERE sliced.is_panel), 0)::int AS panel_before
    FROM told
    JOIN sliced ON sliced.source = told.source
    GROUP BY told.topic_id, sliced.slice_kind, sliced.slice
), shares AS (
    SELECT
        topics.topic,
        bases.slice_kind,
        bases.slice,
        coalesce(figures.now, 0) AS now,
        bases.now AS coverage_now,
        coalesce(figures.now, 0)::float8 / nullif(bases.now, 0) AS share_now,
        coalesce(figures.before, 0) AS before,
        bases.before AS coverage_before,
        coalesce(figures.before, 0)::float8 / nullif(bases.before, 0) AS share_before,
        bases.panel,
        coalesce(figures.panel_now, 0) AS panel_now,
        bases.panel_now AS panel_coverage_now,
        coalesce(figures.panel_now, 0)::float8 / nullif(bases.panel_now, 0) AS panel_share_now,
        coalesce(figures.panel_before, 0) AS panel_before,
        bases.panel_before AS panel_coverage_before,
        coalesce(figures.panel_before, 0)::float8 / nullif(bases.panel_before, 0) AS panel_share_before
    FROM trends.topics
    CROSS JOIN bases
    LEFT JOIN figures
        ON figures.topic_id = topics.topic_id AND figures.slice_kind = bases.slice_kind AND figures.slice = bases.slice
)
SELECT
    shares.topic,
    shares.slice_kind,
    shares.slice,
    now,
    coverage_now,
    share_now,
    shares.before,
    shares.coverage_before,
    shares.share_before,
    share_now - shares.share_before,
    panel_share_now - shares.panel_share_before,
    (share_now - panel_share_now) - (shares.share_before - shares.panel_share_before),
    shares.panel,
    panel_now,
    panel_coverage_now,
    panel_share_now,
    panel_before,
    shares.panel_coverage_before,
    shares.panel_share_before,
    CASE
        WHEN coverage_now = 0 THEN 'no coverage in the window'
        WHEN shares.coverage_before = 0 THEN 'no coverage before the window'
        WHEN shares.panel = 0 THEN 'no source was complete in both windows'
        WHEN panel_share_now IS NULL OR shares.panel_share_before IS NULL THEN 'the sources that were complete in both windows published nothing in one'
    END
FROM shares
$$;
COMMENT ON FUNCTION trends.topic_change IS
    'How each topic''s share of coverage changed, in every slice but single sources: the days that end with a day against those before them, split into what the same sources wrote more and what comes from other sources. See trends.topic_changes.';

-- Grain: one row a topic and slice (all, bloc, country, language of the source, kind).
-- Reads: trends.topic_change(). Read by: analysts, models/trends.py.
CREATE VIEW trends.topic_changes AS
SELECT
    topic, slice_kind, slice, articles, coverage, share, articles_before, coverage_before, share_before,
    change, same_sources, other_sources, panel, panel_articles, panel_coverage, panel_share,
    panel_articles_before, panel_coverage_before, panel_share_before, reason
FROM trends.topic_change(trends.today() - 1);

COMMENT ON VIEW trends.topic_changes IS 'How the share of each topic changed: the last 7 complete days against the 28 before, split into what the same sources wrote more and what comes from other sources. One row a topic and slice; trends.topic_change(day, days, before) asks about other windows.';
COMMENT ON COLUMN trends.topic_changes.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_changes.slice_kind IS 'all, bloc, country, language (that its sources mostly write in) or kind.';
COMMENT ON COLUMN trends.topic_changes.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.topic_changes.articles IS 'Articles on the topic in the window.';
COMMENT ON COLUMN trends.topic_changes.coverage IS 'All articles of the slice in the window.';
COMMENT ON COLUMN trends.topic_changes.share IS 'articles / coverage, 0..1.';
COMMENT ON COLUMN trends.topic_changes.articles_before IS 'Articles on the topic in the days before.';
COMMENT ON COLUMN trends.topic_changes.coverage_before IS 'All articles of the slice in the days before.';
COMMENT ON COLUMN trends.topic_changes.share_before IS 'articles_before / coverage_before, 0..1.';
COMMENT ON COLUMN trends.topic_changes.change IS 'share - share_before: 0.01 is one percentage point more.';
COMMENT ON COLUMN trends.topic_changes.same_sources IS 'The part of it that is the change of the panel''s own share; null where reason says why.';
COMMENT ON COLUMN trends.topic_changes.other_sources IS 'The rest: sources that were added, lost, or incomplete.';
COMMENT ON COLUMN trends.topic_changes.panel IS 'Sources graded ok on 4/7 of the days of the window and half of the days before.';
COMMENT ON COLUMN trends.topic_changes.panel_articles IS 'Their articles on the topic, on days graded ok.';
COMMENT ON COLUMN trends.topic_changes.panel_coverage IS 'All their articles on those days.';
COMMENT ON COLUMN trends.topic_changes.panel_share IS 'panel_articles / panel_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_changes.panel_articles_before IS 'Their articles on the topic on days graded ok before the window.';
COMMENT ON COLUMN trends.topic_changes.panel_coverage_before IS 'All their articles on those days.';
COMMENT ON COLUMN trends.topic_changes.panel_share_before IS 'panel_articles_before / panel_coverage_before, 0..1.';
COMMENT ON COLUMN trends.topic_changes.reason IS 'Why the change cannot be split; null when it can.';
