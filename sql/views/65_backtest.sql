-- How often tests are wrong, counted: the share of tests with p up to a level where nothing, or nothing known, was up.
--   quiet     topics of which no slice had a burst or drop in the 7 days before and after; the day itself is not looked at, so
--             that what fires there all by itself is counted as false
--   shuffled  one series in four with its day exchanged for one of the same weekday, drawn by lot: bursts and all
-- p includes the number seen, so small counts must lie below the nominal level: hence the rows for 5 or more expected texts.
-- Drops are counted where one can be seen at all.

-- Grain: one row a history, direction, volume and level.
-- Reads: trends.tested. Read by: analysts, models/signals.py.
CREATE VIEW trends.backtest AS
WITH recent AS MATERIALIZED (
    SELECT topic_id, day, expected, p_high, p_low, q_high, q_low, shuffled_high, shuffled_low
    FROM trends.tested
    WHERE day >= trends.today() - 91
), disturbed AS MATERIALIZED (
    SELECT DISTINCT loud.topic_id, loud.day + near.days AS day
    FROM (SELECT DISTINCT topic_id, day FROM recent WHERE least(q_high, q_low) <= trends.burst_level()) AS loud
    CROSS JOIN generate_series(-7, 7) AS near (days)
    WHERE near.days <> 0
), trials AS (
    SELECT 'quiet' AS history, recent.expected, recent.p_high AS high, CASE WHEN recent.q_low IS NOT NULL THEN recent.p_low END AS low
    FROM recent
    LEFT JOIN disturbed ON disturbed.topic_id = recent.topic_id AND disturbed.day = recent.day
    WHERE disturbed.day IS NULL
    UNION ALL
    SELECT 'shuffled', expected, shuffled_high, CASE WHEN q_low IS NOT NULL THEN shuffled_low END
    FROM recent
    WHERE shuffled_high IS NOT NULL
), counted AS (
    SELECT
        history,
        CASE WHEN GROUPING(expected >= 5) = 1 THEN 'any' ELSE '5 or more' END AS volume,
        count(high) AS tests_high, count(low) AS tests_low,
        count(*) FILTER (WHERE high <= 0.05) AS high_050, count(*) FILTER (WHERE low <= 0.05) AS low_050,
        count(*) FILTER (WHERE high <= 0.01) AS high_010, count(*) FILTER (WHERE low <= 0.01) AS low_010,
        count(*) FILTER (WHERE high <= 0.001) AS high_001, count(*) FILTER (WHERE low <= 0.001) AS low_001
    FROM trials
    GROUP BY GROUPING SETS ((history), (history, expected >= 5))
    HAVING GROUPING(expected >= 5) = 1 OR expected >= 5
)
SELECT
    counted.history,
    levels.direction,
    counted.volume,
    levels.nominal::float8 AS nominal,
    levels.fired::float8 / nullif(levels.tests, 0) AS realised,
    levels.fired,
    levels.tests
FROM counted
CROSS JOIN LATERAL (
    VALUES
        ('high', 0.05, high_050, tests_high), ('high', 0.01, high_010, tests_high), ('high', 0.001, high_001, tests_high),
        ('low', 0.05, low_050, tests_low), ('low', 0.01, low_010, tests_low), ('low', 0.001, low_001, tests_low)
) AS levels (direction, nominal, fired, tests);

COMMENT ON VIEW trends.backtest IS 'How often tests were wrong in the last 91 days: the realised beside the nominal rate of false alarms. One row a history, direction, volume and level.';
COMMENT ON COLUMN trends.backtest.history IS 'quiet: topics and days away from any burst or drop of the topic; shuffled: days exchanged by lot for another of the same weekday, bursts and all.';
COMMENT ON COLUMN trends.backtest.direction IS 'high (bursts) or low (drops).';
COMMENT ON COLUMN trends.backtest.volume IS 'any, or the tests with 5 or more expected texts: with fewer, p can only lie below the level.';
COMMENT ON COLUMN trends.backtest.nominal IS 'The level that p is held against: 0.05, 0.01 or 0.001.';
COMMENT ON COLUMN trends.backtest.realised IS 'The share of tests with p up to the level: as large as nominal, or smaller, if p can be believed.';
COMMENT ON COLUMN trends.backtest.fired IS 'Tests with p up to the level.';
COMMENT ON COLUMN trends.backtest.tests IS 'All tests of that history, direction and volume.';
