-- The hours that stand out among all those of trends.burst_hours: the chance that one of them is false is 5 % (Bonferroni), and
-- three texts at least were seen.
SELECT topic, slice_kind, slice, hour, observed, expected, p_high AS p, tests::int AS tests
FROM (
    SELECT *, count(p_high) OVER () AS tests
    FROM trends.burst_hours
) AS every
WHERE p_high * tests <= 0.05 AND observed >= 3
ORDER BY hour DESC, p_high, topic, slice_kind, slice
