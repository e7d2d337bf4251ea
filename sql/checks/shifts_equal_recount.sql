-- Shifts that are kept against finding them anew; left out while counts of their weeks wait for a roll-up or for a test, and
-- until the last of their weeks has been graded.
-- Returns what differs: topic, slice, week, what is kept and what is found (levels, statistic, weeks).
WITH settled AS (
    SELECT
    FROM (SELECT date_trunc('week', trends.today())::date AS until) AS bounds
    WHERE NOT EXISTS (SELECT FROM news.dirty_shifts)
        AND NOT EXISTS (SELECT FROM news.dirty_days WHERE day >= bounds.until - 182 AND day < bounds.until)
        AND EXISTS (SELECT FROM news.source_days WHERE day = bounds.until - 1)
), kept AS (
    SELECT shifts.* FROM settled CROSS JOIN news.shifts WHERE taxonomy_id = (SELECT trends.version())
), anew AS (
    SELECT found.* FROM settled CROSS JOIN LATERAL trends.find_shifts() AS found
)
SELECT
    topic_id, slice_kind, slice, week,
    to_jsonb(ARRAY[kept.level_before, kept.level_after, kept.statistic, kept.weeks]) AS kept,
    to_jsonb(ARRAY[anew.level_before, anew.level_after, anew.statistic, anew.weeks]) AS found
FROM kept
FULL JOIN anew USING (taxonomy_id, topic_id, slice_kind, slice, week)
WHERE kept.weeks IS DISTINCT FROM anew.weeks
    OR abs(kept.level_before - anew.level_before) > 1e-6 * (1 + anew.level_before)
    OR abs(kept.level_after - anew.level_after) > 1e-6 * (1 + anew.level_after)
    OR abs(kept.statistic - anew.statistic) > 1e-6 * (1 + anew.statistic)
