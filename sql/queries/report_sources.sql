-- How complete the days of each source were from day :since to day :until, those with most days that are not ok first; grades
-- are one a day, the oldest first.
SELECT
    days.source,
    sources.name,
    days.bloc,
    coalesce(sum(days.articles), 0)::int AS articles,
    sum(days.expected::float8) AS expected,
    (count(*) FILTER (WHERE days.grade = 'ok'))::int AS ok,
    (count(*) FILTER (WHERE days.grade = 'thin'))::int AS thin,
    (count(*) FILTER (WHERE days.grade = 'dark'))::int AS dark,
    (count(*) FILTER (WHERE days.grade = 'unknown'))::int AS unknown,
    min(days.day) AS since,
    array_agg(days.grade ORDER BY days.day) AS grades,
    coalesce(
        (array_agg(days.reason ORDER BY days.day DESC) FILTER (WHERE days.grade IN ('thin', 'dark')))[1], ''
    ) AS why
FROM trends.source_days AS days
JOIN trends.source_facts AS sources ON sources.source_id = days.source_id
WHERE days.day BETWEEN CAST(:since AS date) AND CAST(:until AS date)
GROUP BY days.source, sources.name, days.bloc
ORDER BY
    count(*) FILTER (WHERE days.grade = 'dark') DESC,
    count(*) FILTER (WHERE days.grade = 'thin') DESC,
    days.source
