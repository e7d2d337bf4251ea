-- Grain: one row a UTC day, from the first day with an article to today, without holes.
-- Reads: news.coverage_totals. Read by: every view of topics over time.
-- A day on which nothing was collected has null counts and a reason: a gap is not a zero.
CREATE VIEW trends.days AS
SELECT
    calendar.day,
    totals.articles,
    totals.sources,
    totals.families,
    totals.origins,
    CASE WHEN totals.articles IS NULL THEN 'no coverage' END AS reason,
    calendar.day < (now() AT TIME ZONE 'UTC')::date AS complete
FROM (
    SELECT generate_series(min(day), greatest(max(day), (now() AT TIME ZONE 'UTC')::date), interval '1 day')::date AS day
    FROM news.coverage_totals
) AS calendar
LEFT JOIN news.coverage_totals AS totals ON totals.day = calendar.day;

COMMENT ON VIEW trends.days IS 'All coverage by day: the denominator of every share. One row a day, gaps included.';
COMMENT ON COLUMN trends.days.day IS 'UTC day of publication (of first sight where no date was believable).';
COMMENT ON COLUMN trends.days.articles IS 'Articles of that day, on whatever subject; null if nothing was collected.';
COMMENT ON COLUMN trends.days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.days.families IS 'Distinct publisher families among them: outlets of one publisher are one voice.';
COMMENT ON COLUMN trends.days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.days.reason IS 'Why the counts are null.';
COMMENT ON COLUMN trends.days.complete IS 'False for today: more may come.';
