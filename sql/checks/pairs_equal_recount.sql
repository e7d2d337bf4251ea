-- Every pair of topics and actors against a plain count of the articles; days that wait for a roll-up are left out.
-- Returns what differs: the pair, the day, what is kept and what a count gives.
SELECT
    left_about, left_id, right_about, right_id, day,
    ARRAY[kept.articles, kept.origins] AS kept,
    ARRAY[counted.articles, counted.origins] AS counted
FROM (SELECT * FROM trends.pair_counts WHERE taxonomy_id = (SELECT trends.version())) AS kept
FULL JOIN trends.counted_pairs AS counted USING (taxonomy_id, left_about, left_id, right_about, right_id, day)
WHERE (kept.articles, kept.origins) IS DISTINCT FROM (counted.articles, counted.origins)
    AND day NOT IN (SELECT day FROM news.dirty_days)
