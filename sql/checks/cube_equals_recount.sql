-- Every cell of the cube and every count of a slice against a plain count of the articles; days that wait for a roll-up, and
-- the weeks and months around them, are left out.
-- Returns what differs: which table, the row's key, what is kept and what a count gives.
WITH waiting AS (
    SELECT day FROM news.dirty_days
), waiting_periods AS (
    SELECT 'day' AS grain, day AS starts_on FROM waiting
    UNION SELECT 'week', date_trunc('week', day)::date FROM waiting
    UNION SELECT 'month', date_trunc('month', day)::date FROM waiting
    UNION SELECT grain, starts_on FROM news.dirty_periods
), used AS (
    SELECT 0 AS taxonomy_id UNION ALL SELECT id FROM news.taxonomies WHERE is_current
)
SELECT
    'cube' AS kept_in, about, about_id, day, source_id::text AS slice, language AS grain,
    to_jsonb(ARRAY[kept.articles::text, kept.origins::text]) AS kept,
    to_jsonb(ARRAY[counted.articles::text, counted.origins::text]) AS counted
FROM (SELECT * FROM news.cube WHERE taxonomy_id IN (SELECT taxonomy_id FROM used)) AS kept
FULL JOIN trends.counted_cells AS counted USING (taxonomy_id, about, about_id, day, source_id, language)
WHERE (kept.articles, kept.origins) IS DISTINCT FROM (counted.articles, counted.origins)
    AND day NOT IN (SELECT day FROM waiting)
UNION ALL
SELECT
    'counts', about, about_id, starts_on, slice_kind || ' ' || slice, grain,
    to_jsonb(ARRAY[kept.articles, kept.sources, kept.families, kept.origins, kept.squares, kept.comparable]),
    to_jsonb(ARRAY[counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable])
FROM (SELECT * FROM news.counts WHERE taxonomy_id IN (SELECT taxonomy_id FROM used)) AS kept
FULL JOIN trends.counted USING (taxonomy_id, about, about_id, slice_kind, slice, grain, starts_on)
WHERE (kept.articles, kept.sources, kept.families, kept.origins, kept.squares, kept.comparable)
        IS DISTINCT FROM
        (counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable)
    AND (grain, starts_on) NOT IN (SELECT grain, starts_on FROM waiting_periods)
