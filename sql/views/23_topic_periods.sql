-- Weeks (from Monday) and months: distinct counts do not add up over days, so they are counted for the whole period.

-- Grain: one row a slice and week or month with coverage.
-- Reads: trends.counts, trends.slice_coverage. Read by: trends.topic_periods.
CREATE VIEW trends.slice_periods AS
SELECT
    counted.grain,
    counted.starts_on,
    counted.slice_kind,
    counted.slice,
    counted.articles,
    counted.sources,
    counted.families,
    counted.origins,
    counted.articles::float8 * counted.articles / counted.squares AS effective_sources,
    trends.slice_grade(graded.expected, graded.expected_ok) AS grade,
    CASE WHEN graded.expected > 0 THEN graded.expected_ok / graded.expected END AS completeness,
    CASE WHEN trends.slice_grade(graded.expected, graded.expected_ok) = 'dark'
        THEN format('sources of only %s %% of the usual coverage were complete', round(100 * (graded.expected_ok / graded.expected)::numeric))
    END AS reason,
    (counted.starts_on + CAST('1 ' || counted.grain AS interval))::date <= trends.today() AS complete
FROM trends.counts AS counted
LEFT JOIN LATERAL (
    SELECT sum(days.expected) AS expected, sum(days.expected_ok) AS expected_ok
    FROM trends.slice_coverage AS days
    WHERE days.slice_kind = counted.slice_kind AND days.slice = counted.slice
        AND days.day >= counted.starts_on
        AND days.day < (counted.starts_on + CAST('1 ' || counted.grain AS interval))::date
) AS graded ON true
WHERE counted.taxonomy_id = 0 AND counted.about = 'coverage' AND counted.about_id = 0 AND counted.grain IN ('week', 'month');

COMMENT ON VIEW trends.slice_periods IS 'All coverage by week and month in every slice. One row a slice and period with coverage.';
COMMENT ON COLUMN trends.slice_periods.grain IS 'week or month.';
COMMENT ON COLUMN trends.slice_periods.starts_on IS 'Its Monday, or the first of the month (UTC).';
COMMENT ON COLUMN trends.slice_periods.slice_kind IS 'all, source, bloc, country, language or kind.';
COMMENT ON COLUMN trends.slice_periods.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.slice_periods.articles IS 'Articles, on whatever subject.';
COMMENT ON COLUMN trends.slice_periods.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.slice_periods.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.slice_periods.origins IS 'Distinct texts among them.';
COMMENT ON COLUMN trends.slice_periods.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.slice_periods.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.slice_periods.completeness IS 'The part of the normal yield that falls to source days graded ok, 0..1.';
COMMENT ON COLUMN trends.slice_periods.reason IS 'Why the period cannot be compared; null when it can.';
COMMENT ON COLUMN trends.slice_periods.complete IS 'False for the period that is not over.';

-- Grain: one row a topic, slice and week or month with coverage.
-- Reads: trends.topics, trends.slice_periods, trends.counts. Read by: analysts.
CREATE VIEW trends.topic_periods AS
SELECT
    topics.topic,
    periods.grain,
    periods.starts_on,
    periods.slice_kind,
    periods.slice,
    coalesce(counted.articles, 0) AS articles,
    coalesce(counted.sources, 0) AS sources,
    coalesce(counted.families, 0) AS families,
    coalesce(counted.origins, 0) AS origins,
    counted.articles::float8 * counted.articles / counted.squares AS effective_sources,
    periods.articles AS coverage,
    CASE WHEN periods.reason IS NULL THEN coalesce(counted.articles, 0)::float8 / periods.articles END AS share,
    periods.grade,
    periods.completeness,
    periods.reason,
    periods.complete
FROM trends.topics
CROSS JOIN trends.slice_periods AS periods
LEFT JOIN trends.counts AS counted
    ON counted.taxonomy_id = topics.taxonomy_id AND counted.about = 'topic' AND counted.about_id = topics.topic_id
    AND counted.slice_kind = periods.slice_kind AND counted.grain = periods.grain
    AND counted.starts_on = periods.starts_on AND counted.slice = periods.slice;

COMMENT ON VIEW trends.topic_periods IS 'Each topic by week and month in every slice. One row a topic, slice and period with coverage.';
COMMENT ON COLUMN trends.topic_periods.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_periods.grain IS 'week or month.';
COMMENT ON COLUMN trends.topic_periods.starts_on IS 'Its Monday, or the first of the month (UTC).';
COMMENT ON COLUMN trends.topic_periods.slice_kind IS 'all, source, bloc, country, language or kind.';
COMMENT ON COLUMN trends.topic_periods.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.topic_periods.articles IS 'Articles on the topic.';
COMMENT ON COLUMN trends.topic_periods.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_periods.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_periods.origins IS 'Distinct texts among them.';
COMMENT ON COLUMN trends.topic_periods.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_periods.coverage IS 'All articles of the slice in the period.';
COMMENT ON COLUMN trends.topic_periods.share IS 'articles / coverage, 0..1; null for a period that cannot be compared.';
COMMENT ON COLUMN trends.topic_periods.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_periods.completeness IS 'The part of the normal yield that falls to source days graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_periods.reason IS 'Why the period cannot be compared; null when it can.';
COMMENT ON COLUMN trends.topic_periods.complete IS 'False for the period that is not over.';

-- Grain: one row a topic and week with coverage.
-- Reads: trends.topic_periods. Read by: analysts.
CREATE VIEW trends.topic_weeks AS
SELECT
    topic, starts_on AS week, articles, sources, families, origins, effective_sources, coverage, share, grade, completeness,
    reason, complete
FROM trends.topic_periods
WHERE grain = 'week' AND slice_kind = 'all';

COMMENT ON VIEW trends.topic_weeks IS 'Each topic by week. One row a topic and week with coverage.';
COMMENT ON COLUMN trends.topic_weeks.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_weeks.week IS 'Its Monday (UTC).';
COMMENT ON COLUMN trends.topic_weeks.articles IS 'Articles on the topic.';
COMMENT ON COLUMN trends.topic_weeks.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_weeks.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_weeks.origins IS 'Distinct texts among them.';
COMMENT ON COLUMN trends.topic_weeks.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_weeks.coverage IS 'All articles of the slice in the period.';
COMMENT ON COLUMN trends.topic_weeks.share IS 'articles / coverage, 0..1; null for a period that cannot be compared.';
COMMENT ON COLUMN trends.topic_weeks.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_weeks.completeness IS 'The part of the normal yield that falls to source days graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_weeks.reason IS 'Why the period cannot be compared; null when it can.';
COMMENT ON COLUMN trends.topic_weeks.complete IS 'False for the period that is not over.';

-- Grain: one row a topic and month with coverage.
-- Reads: trends.topic_periods. Read by: analysts.
CREATE VIEW trends.topic_months AS
SELECT
    topic, starts_on AS month, articles, sources, families, origins, effective_sources, coverage, share, grade, completeness,
    reason, complete
FROM trends.topic_periods
WHERE grain = 'month' AND slice_kind = 'all';

COMMENT ON VIEW trends.topic_months IS 'Each topic by month. One row a topic and month with coverage.';
COMMENT ON COLUMN trends.topic_months.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_months.month IS 'The first of the month (UTC).';
COMMENT ON COLUMN trends.topic_months.articles IS 'Articles on the topic.';
COMMENT ON COLUMN trends.topic_months.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_months.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_months.origins IS 'Distinct texts among them.';
COMMENT ON COLUMN trends.topic_months.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_months.coverage IS 'All articles of the slice in the period.';
COMMENT ON COLUMN trends.topic_months.share IS 'articles / coverage, 0..1; null for a period that cannot be compared.';
COMMENT ON COLUMN trends.topic_months.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_months.completeness IS 'The part of the normal yield that falls to source days graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_months.reason IS 'Why the period cannot be compared; null when it can.';
COMMENT ON COLUMN trends.topic_months.complete IS 'False for the period that is not over.';
