-- Topics that a source or bloc normally covers and published nothing on since, on whatever day; by the surest of the windows.
-- Returns one row a silence: alert_id (null: a new one) and what is to be kept of it, but for its articles.
WITH silent AS (
    SELECT DISTINCT ON (topic, slice_kind, slice)
        topic, slice_kind, slice, days, complete_days, expected, p_low, last_on + 1 AS starts_on,
        (SELECT trends.today()) - 1 AS ends_on
    FROM trends.silences
    WHERE silent AND slice_kind = ANY(CAST(:slices AS text[])) AND expected >= :least
        AND last_on < (SELECT trends.today()) - days
    ORDER BY topic, slice_kind, slice, p_low, days
)
SELECT
    known.id AS alert_id,
    'silence' AS kind,
    topics.id AS topic_id,
    silent.slice_kind,
    silent.slice,
    least(silent.starts_on, known.starts_on) AS starts_on,
    silent.ends_on,
    ARRAY(
        SELECT judged.day::date
        FROM generate_series(silent.ends_on - silent.days + 1, silent.ends_on, interval '1 day') AS judged (day)
    ) AS on_days,
    silent.days,
    0 AS observed,
    round(silent.expected::numeric, 4)::float8 AS expected,
    silent.p_low AS p,
    NULL::float8 AS q,
    CASE WHEN silent.complete_days < silent.days THEN 'thin' ELSE 'ok' END AS grade,
    silent.complete_days::float8 / silent.days AS completeness
FROM silent
JOIN news.topics ON topics.slug = silent.topic
LEFT JOIN LATERAL (
    SELECT alerts.id, alerts.starts_on
    FROM news.alerts
    WHERE alerts.kind = 'silence' AND alerts.topic_id = topics.id AND alerts.slice_kind = silent.slice_kind
        AND alerts.slice = silent.slice AND alerts.ends_on >= silent.starts_on
    ORDER BY alerts.starts_on, alerts.id
    LIMIT 1
) AS known ON true
ORDER BY silent.p_low, silent.topic, silent.slice_kind, silent.slice
