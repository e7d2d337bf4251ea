-- Grain: one row a topic and day, for every day of trends.days.
-- Reads: trends.topics, trends.days, news.topic_totals, news.coverage_totals. Read by: analysts, models/trends.py.
-- Counts are null, with a reason, on a day without any coverage, and zero on a day with coverage but without an article
-- on the topic. The sums over days are looked up by day, so that a filter on days or topics reaches the tables.
CREATE VIEW trends.topic_days AS
SELECT
    topics.topic,
    days.day,
    CASE WHEN days.articles IS NOT NULL THEN coalesce(totals.articles, 0) END AS articles,
    CASE WHEN days.articles IS NOT NULL THEN coalesce(totals.sources, 0) END AS sources,
    CASE WHEN days.articles IS NOT NULL THEN coalesce(totals.families, 0) END AS families,
    CASE WHEN days.articles IS NOT NULL THEN coalesce(totals.origins, 0) END AS origins,
    days.articles AS coverage,
    CASE WHEN days.articles IS NOT NULL THEN coalesce(totals.articles, 0)::float8 / days.articles END AS share,
    days.reason,
    CASE WHEN covered.days_7 > 0 THEN coalesce(counted.articles_7, 0)::float8 / covered.days_7 END AS mean_7d,
    CASE WHEN covered.days_7 > 0 THEN coalesce(counted.articles_7, 0)::float8 / covered.coverage_7 END AS share_7d,
    CASE WHEN covered.days_28 > 0 THEN coalesce(counted.articles_28, 0)::float8 / covered.coverage_28 END AS share_28d,
    trends.change(
        counted.articles_7, covered.coverage_7, covered.days_7,
        counted.articles_28, covered.coverage_28, covered.days_28
    ) AS change,
    trends.change_reason(counted.articles_28, covered.days_7, covered.days_28) AS change_reason,
    days.complete
FROM trends.days
CROSS JOIN trends.topics
LEFT JOIN news.topic_totals AS totals
    ON totals.taxonomy_id = topics.taxonomy_id AND totals.topic_id = topics.topic_id AND totals.day = days.day
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE past.day > days.day - 7) AS days_7,
        count(*) FILTER (WHERE past.day <= days.day - 7) AS days_28,
        sum(past.articles) FILTER (WHERE past.day > days.day - 7) AS coverage_7,
        sum(past.articles) FILTER (WHERE past.day <= days.day - 7) AS coverage_28
    FROM news.coverage_totals AS past
    WHERE past.day > days.day - 35 AND past.day <= days.day
) AS covered
CROSS JOIN LATERAL (
    SELECT
        sum(past.articles) FILTER (WHERE past.day > days.day - 7) AS articles_7,
        sum(past.articles) FILTER (WHERE past.day <= days.day - 7) AS articles_28
    FROM news.topic_totals AS past
    WHERE past.taxonomy_id = topics.taxonomy_id
        AND past.topic_id = topics.topic_id
        AND past.day > days.day - 35
        AND past.day <= days.day
) AS counted;

COMMENT ON VIEW trends.topic_days IS 'Each topic over time: four counts, share of all coverage, 7-day mean and change. One row a topic and day, gaps included.';
COMMENT ON COLUMN trends.topic_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_days.articles IS 'Articles on the topic; null on a day without coverage, zero on a day with coverage and none on the topic.';
COMMENT ON COLUMN trends.topic_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_days.coverage IS 'All articles of the day, on whatever subject.';
COMMENT ON COLUMN trends.topic_days.share IS 'articles / coverage, 0..1.';
COMMENT ON COLUMN trends.topic_days.reason IS 'Why the counts and the share are null.';
COMMENT ON COLUMN trends.topic_days.mean_7d IS 'Articles a day, over those of the last 7 days that have coverage.';
COMMENT ON COLUMN trends.topic_days.share_7d IS 'Share of coverage in the last 7 days taken together.';
COMMENT ON COLUMN trends.topic_days.share_28d IS 'Share of coverage in the 28 days before those 7.';
COMMENT ON COLUMN trends.topic_days.change IS 'share_7d / share_28d: 1 is no change, 2 is twice the share.';
COMMENT ON COLUMN trends.topic_days.change_reason IS 'Why change is null: too little coverage or nothing to compare with.';
COMMENT ON COLUMN trends.topic_days.complete IS 'False for today: more may come.';
