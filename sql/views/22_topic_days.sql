-- Grain: one row a topic and day, from the first day with an article to today.
-- Reads: trends.topic_slice_days, trends.topics, trends.counts. Read by: analysts, models/trends.py.
-- The sums over days are looked up by day, so that a filter on days or topics reaches the tables.
CREATE VIEW trends.topic_days AS
SELECT
    lines.topic,
    lines.day,
    lines.articles,
    lines.sources,
    lines.families,
    lines.origins,
    lines.effective_sources,
    lines.coverage,
    lines.share,
    lines.comparable,
    lines.comparable_coverage,
    lines.comparable_share,
    lines.grade,
    lines.completeness,
    lines.reason,
    CASE WHEN covered.days_7 > 0 THEN coalesce(counted.articles_7, 0)::float8 / covered.days_7 END AS mean_7d,
    CASE WHEN covered.days_7 > 0 THEN coalesce(counted.articles_7, 0)::float8 / covered.coverage_7 END AS share_7d,
    CASE WHEN covered.days_28 > 0 THEN coalesce(counted.articles_28, 0)::float8 / covered.coverage_28 END AS share_28d,
    trends.change(
        counted.articles_7, covered.coverage_7, covered.days_7,
        counted.articles_28, covered.coverage_28, covered.days_28
    ) AS change,
    trends.change_reason(counted.articles_28, covered.days_7, covered.days_28) AS change_reason,
    lines.complete
FROM trends.topic_slice_days AS lines
JOIN trends.topics ON topics.topic = lines.topic
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE past.starts_on > lines.day - 7) AS days_7,
        count(*) FILTER (WHERE past.starts_on <= lines.day - 7) AS days_28,
        sum(past.articles) FILTER (WHERE past.starts_on > lines.day - 7) AS coverage_7,
        sum(past.articles) FILTER (WHERE past.starts_on <= lines.day - 7) AS coverage_28
    FROM trends.counts AS past
    WHERE past.taxonomy_id = 0 AND past.about = 'coverage' AND past.about_id = 0
        AND past.slice_kind = 'all' AND past.grain = 'day'
        AND past.starts_on > lines.day - 35 AND past.starts_on <= lines.day
) AS covered
CROSS JOIN LATERAL (
    SELECT
        sum(past.articles) FILTER (WHERE past.starts_on > lines.day - 7) AS articles_7,
        sum(past.articles) FILTER (WHERE past.starts_on <= lines.day - 7) AS articles_28
    FROM trends.counts AS past
    WHERE past.taxonomy_id = topics.taxonomy_id AND past.about = 'topic' AND past.about_id = topics.topic_id
        AND past.slice_kind = 'all' AND past.grain = 'day'
        AND past.starts_on > lines.day - 35 AND past.starts_on <= lines.day
) AS counted
WHERE lines.slice_kind = 'all';

COMMENT ON VIEW trends.topic_days IS 'Each topic over time: four counts, share of all coverage and of the healthy panel, 7-day mean and change. One row a topic and day, gaps included.';
COMMENT ON COLUMN trends.topic_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_days.articles IS 'Articles on the topic; null where nothing was collected, zero where something was but nothing on the topic.';
COMMENT ON COLUMN trends.topic_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_days.coverage IS 'All articles of the day, on whatever subject.';
COMMENT ON COLUMN trends.topic_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.topic_days.comparable IS 'Articles on the topic from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.topic_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.topic_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the day is.';
COMMENT ON COLUMN trends.topic_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.topic_days.mean_7d IS 'Articles a day, over those of the last 7 days that have coverage.';
COMMENT ON COLUMN trends.topic_days.share_7d IS 'Share of coverage in the last 7 days taken together.';
COMMENT ON COLUMN trends.topic_days.share_28d IS 'Share of coverage in the 28 days before those 7.';
COMMENT ON COLUMN trends.topic_days.change IS 'share_7d / share_28d: 1 is no change, 2 is twice the share.';
COMMENT ON COLUMN trends.topic_days.change_reason IS 'Why change is null: too little coverage or nothing to compare with.';
COMMENT ON COLUMN trends.topic_days.complete IS 'False for today: more may come.';
