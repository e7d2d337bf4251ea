-- Grain: one row a period: every day, week (from Monday) and month from the first day with an article to today, and the 7, 28
-- and 90 days that end today.
-- Reads: trends.counts. Read by: trends.first_movers, trends.topic_slice_lags, trends.attention.
CREATE VIEW trends.periods AS
WITH span AS (
    SELECT min(starts_on) AS first_day, trends.today() AS last_day
    FROM trends.counts
    WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND slice_kind = 'all' AND grain = 'day'
)
SELECT 'day' AS grain, day::date AS starts_on, day::date AS ends_on
FROM span CROSS JOIN LATERAL generate_series(span.first_day, span.last_day, interval '1 day') AS day
UNION ALL
SELECT 'week', day::date, day::date + 6
FROM span CROSS JOIN LATERAL generate_series(date_trunc('week', span.first_day), span.last_day, interval '7 days') AS day
UNION ALL
SELECT 'month', day::date, (day + interval '1 month')::date - 1
FROM span CROSS JOIN LATERAL generate_series(date_trunc('month', span.first_day), span.last_day, interval '1 month') AS day
UNION ALL
SELECT grain, trends.today() - days + 1, trends.today()
FROM (VALUES ('7 days', 7), ('28 days', 28), ('90 days', 90)) AS rolling (grain, days);

COMMENT ON VIEW trends.periods IS 'What figures are given for. One row a day, week and month from the first day with an article to today, and the 7, 28 and 90 days that end today.';
COMMENT ON COLUMN trends.periods.grain IS 'day, week, month; 7 days, 28 days or 90 days: those that end today.';
COMMENT ON COLUMN trends.periods.starts_on IS 'First UTC day.';
COMMENT ON COLUMN trends.periods.ends_on IS 'Last UTC day.';
