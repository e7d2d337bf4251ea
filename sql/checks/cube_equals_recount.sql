-- Every cell of the cube, where each text stands and every count of a slice against a plain count of the articles; days that
-- wait for a roll-up, and the weeks and months around them, are left out. Of a history of more than 400 days the last 62 are
-- looked at and 93 others, which move on every day: counting all of it takes minutes, and after a year or so each day has had its turn.
-- Returns what differs: which table, the row's key, what is kept and what a count gives.
WITH history AS (
    SELECT min(starts_on) AS first_day, trends.today() AS today FROM news.counts WHERE grain = 'day'
), spans AS (
    SELECT CASE WHEN today - first_day > 400 THEN today - 62 ELSE '-infinity' END AS since, date 'infinity' AS until
    FROM history
    UNION ALL
    SELECT first_day + turn, first_day + turn + 93
    FROM history
    CROSS JOIN LATERAL (SELECT ((today - date '2000-01-01') * 93) % (today - first_day) AS turn WHERE today - first_day > 400) AS chosen
), waiting AS (
    SELECT day FROM news.dirty_days
), waiting_periods AS (
    SELECT 'day' AS grain, day AS starts_on FROM waiting
    UNION SELECT 'week', date_trunc('week', day)::date FROM waiting
    UNION SELECT 'month', date_trunc('month', day)::date FROM waiting
), used AS (
    SELECT 0 AS taxonomy_id UNION ALL SELECT id FROM news.taxonomies WHERE is_current
), kept_cells AS (
    SELECT cube.*
    FROM news.cube
    WHERE taxonomy_id IN (SELECT taxonomy_id FROM used)
        AND EXISTS (SELECT FROM spans WHERE cube.day >= spans.since AND cube.day < spans.until)
), counted_cells AS (
    SELECT cells.*
    FROM trends.counted_cells AS cells
    WHERE EXISTS (SELECT FROM spans WHERE cells.day >= spans.since AND cells.day < spans.until)
), kept_counts AS (
    SELECT counts.*
    FROM news.counts
    WHERE taxonomy_id IN (SELECT taxonomy_id FROM used)
        AND EXISTS (SELECT FROM spans WHERE counts.starts_on >= spans.since AND counts.starts_on < spans.until)
), counted AS (
    SELECT counted.*
    FROM trends.counted
    WHERE EXISTS (SELECT FROM spans WHERE counted.starts_on >= spans.since AND counted.starts_on < spans.until)
)
SELECT
    'cube' AS kept_in, about, about_id, day, source_id::text AS slice, language AS grain,
    to_jsonb(ARRAY[kept.articles::text, kept.origins::text]) AS kept,
    to_jsonb(ARRAY[counted.articles::text, counted.origins::text]) AS counted
FROM kept_cells AS kept
FULL JOIN counted_cells AS counted USING (taxonomy_id, about, about_id, day, source_id, language)
WHERE (kept.articles, kept.origins) IS DISTINCT FROM (counted.articles, counted.origins)
    AND day NOT IN (SELECT day FROM waiting)
UNION ALL
SELECT
    'counts', about, about_id, starts_on, slice_kind || ' ' || slice, grain,
    to_jsonb(ARRAY[kept.articles, kept.sources, kept.families, kept.origins, kept.squares, kept.comparable]),
    to_jsonb(ARRAY[counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable])
FROM kept_counts AS kept
FULL JOIN counted USING (taxonomy_id, about, about_id, slice_kind, slice, grain, starts_on)
WHERE (kept.articles, kept.sources, kept.families, kept.origins, kept.squares, kept.comparable)
        IS DISTINCT FROM
        (counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable)
    AND (grain, starts_on) NOT IN (SELECT grain, starts_on FROM waiting_periods)
UNION ALL
SELECT
    'cube_texts', 'coverage', 0::smallint, day, source_id::text || ' ' || origin_id::text, language,
    to_jsonb(kept.origin_id IS NOT NULL), to_jsonb(stands.origin_id IS NOT NULL)
FROM (
    SELECT * FROM news.cube_texts
    WHERE EXISTS (SELECT FROM spans WHERE cube_texts.day >= spans.since AND cube_texts.day < spans.until)
) AS kept
FULL JOIN (
    SELECT day, source_id, language, unnest(origins) AS origin_id FROM counted_cells WHERE about = 'coverage'
) AS stands USING (origin_id, day, source_id, language)
WHERE (kept.origin_id IS NULL OR stands.origin_id IS NULL) AND day NOT IN (SELECT day FROM waiting)
