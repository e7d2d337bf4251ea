-- Tests of days against making them anew; days that wait for a test or whose counts wait for a roll-up are left out.
-- To be quick it looks at the newest 7 days and at 7 others, drawn anew each day.
-- Returns what differs: day, topic, slice, what is kept and what a test gives (observed, expected, p_high, q_high).
WITH drawn AS (
    (SELECT DISTINCT day FROM news.tests WHERE taxonomy_id = (SELECT trends.version()) ORDER BY day DESC LIMIT 7)
    UNION
    (
        SELECT day
        FROM (SELECT DISTINCT day FROM news.source_days) AS every
        ORDER BY md5(day::text || trends.today()::text)
        LIMIT 7
    )
), looked_at AS (
    SELECT day
    FROM drawn
    WHERE day NOT IN (SELECT day FROM news.dirty_tests)
        AND NOT EXISTS (SELECT FROM news.dirty_days AS waiting WHERE waiting.day <= drawn.day AND waiting.day >= drawn.day - 56)
), kept AS (
    SELECT * FROM news.tests
    WHERE taxonomy_id = (SELECT trends.version()) AND day IN (SELECT day FROM looked_at)
), anew AS (
    SELECT tested.* FROM looked_at CROSS JOIN LATERAL trends.test_day(looked_at.day) AS tested
)
SELECT
    day, topic_id, slice_kind, slice,
    to_jsonb(ARRAY[kept.observed, kept.expected, kept.p_high, kept.q_high]) AS kept,
    to_jsonb(ARRAY[anew.observed, anew.expected, anew.p_high, anew.q_high]) AS tested
FROM kept
FULL JOIN anew USING (taxonomy_id, day, topic_id, slice_kind, slice)
WHERE (kept.observed, kept.texts, kept.sources, kept.days) IS DISTINCT FROM (anew.observed, anew.texts, anew.sources, anew.days)
    OR abs(kept.expected - anew.expected) > 1e-4 * (1 + anew.expected)
    OR abs(kept.dispersion - anew.dispersion) > 1e-4 * (1 + anew.dispersion)
    OR abs(kept.p_high - anew.p_high) > 1e-4 OR abs(kept.q_high - anew.q_high) > 1e-3
    -- What is null is beyond all that can be there.
    OR abs(kept.p_low - anew.p_low) > 1e-4 OR abs(coalesce(kept.q_low, 9) - coalesce(anew.q_low, 9)) > 1e-3
    OR abs(coalesce(kept.p_without, 9) - coalesce(anew.p_without, 9)) > 1e-3
    OR abs(coalesce(kept.shuffled_high, 9) - coalesce(anew.shuffled_high, 9)) > 1e-4
    OR abs(coalesce(kept.shuffled_low, 9) - coalesce(anew.shuffled_low, 9)) > 1e-4
