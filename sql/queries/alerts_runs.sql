-- Bursts and drops that are sure and large enough, days in a row brought together, from a day on; what continues an alert
-- that is there goes with it, days before that one included.
-- Returns one row a run: alert_id (null: a new one) and what is to be kept of it, but for its articles.
WITH signals AS MATERIALIZED (
    SELECT 'burst' AS kind, topic, slice_kind, slice, day, observed, expected, p, q, grade, completeness
    FROM trends.bursts
    WHERE day >= least(
        CAST(:since AS date),
        (SELECT min(starts_on) FROM news.alerts WHERE kind = 'burst' AND ends_on >= CAST(:since AS date) - 1)
    )
        AND slice_kind = ANY(CAST(:slices AS text[])) AND q <= :q AND observed >= :least
    UNION ALL
    SELECT 'drop', topic, slice_kind, slice, day, observed, expected, p, q, grade, completeness
    FROM trends.drops
    WHERE day >= least(
        CAST(:since AS date),
        (SELECT min(starts_on) FROM news.alerts WHERE kind = 'drop' AND ends_on >= CAST(:since AS date) - 1)
    )
        AND slice_kind = ANY(CAST(:slices AS text[])) AND q <= :q AND expected >= :least
), runs AS (
    SELECT kind, topic, slice_kind, slice, min(day) AS starts_on, max(day) AS ends_on
    FROM (
        SELECT
            kind, topic, slice_kind, slice, day,
            day - (row_number() OVER (PARTITION BY kind, topic, slice_kind, slice ORDER BY day))::int AS run
        FROM signals
        WHERE day >= CAST(:since AS date)
    ) AS numbered
    GROUP BY kind, topic, slice_kind, slice, run
), matched AS (
    SELECT
        runs.kind, topics.id AS topic_id, runs.topic, runs.slice_kind, runs.slice, known.id AS alert_id,
        least(min(runs.starts_on), min(known.starts_on)) AS starts_on,
        greatest(max(runs.ends_on), max(known.ends_on)) AS ends_on
    FROM runs
    JOIN news.topics ON topics.slug = runs.topic
    LEFT JOIN LATERAL (
        SELECT alerts.id, alerts.starts_on, alerts.ends_on
        FROM news.alerts
        WHERE alerts.kind = runs.kind AND alerts.topic_id = topics.id AND alerts.slice_kind = runs.slice_kind
            AND alerts.slice = runs.slice AND alerts.starts_on <= runs.ends_on + 1 AND alerts.ends_on >= runs.starts_on - 1
        ORDER BY alerts.starts_on, alerts.id
        LIMIT 1
    ) AS known ON true
    GROUP BY
        runs.kind, topics.id, runs.topic, runs.slice_kind, runs.slice, known.id,
        CASE WHEN known.id IS NULL THEN runs.starts_on END
)
SELECT
    matched.alert_id, matched.kind, matched.topic, matched.topic_id, matched.slice_kind, matched.slice, matched.starts_on,
    matched.ends_on,
    array_agg(signals.day ORDER BY signals.day) AS on_days,
    count(*)::int AS days,
    sum(signals.observed)::int AS observed,
    round(sum(signals.expected)::numeric, 4)::float8 AS expected,
    min(signals.p) AS p,
    min(signals.q) AS q,
    CASE WHEN bool_or(signals.grade = 'thin') THEN 'thin' ELSE 'ok' END AS grade,
    min(signals.completeness) AS completeness
FROM matched
JOIN signals
    ON signals.kind = matched.kind AND signals.topic = matched.topic AND signals.slice_kind = matched.slice_kind
    AND signals.slice = matched.slice AND signals.day >= matched.starts_on AND signals.day <= matched.ends_on
GROUP BY
    matched.alert_id, matched.kind, matched.topic, matched.topic_id, matched.slice_kind, matched.slice, matched.starts_on,
    matched.ends_on
ORDER BY min(signals.p), matched.topic, matched.slice_kind, matched.slice, matched.kind
