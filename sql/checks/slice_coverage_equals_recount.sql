-- The grades of the last 400 days, added up by slice, against adding them up anew; sources that wait for a roll-up because they
-- stand in other slices now are waited for.
-- Returns what differs: slice, day, what is kept and what adding up gives.
WITH kept AS (
    SELECT slice_kind, slice, day, ARRAY[ok, thin, dark, unknown] AS grades, expected, expected_ok
    FROM news.slice_coverage
    WHERE day >= trends.today() - 400
), counted AS (
    SELECT
        slices.slice_kind, slices.slice, graded.day,
        ARRAY[
            (count(*) FILTER (WHERE graded.grade = 'ok'))::int, (count(*) FILTER (WHERE graded.grade = 'thin'))::int,
            (count(*) FILTER (WHERE graded.grade = 'dark'))::int, (count(*) FILTER (WHERE graded.grade = 'unknown'))::int
        ] AS grades,
        coalesce(sum(graded.expected::float8) FILTER (WHERE graded.grade <> 'unknown'), 0) AS expected,
        coalesce(sum(graded.expected::float8) FILTER (WHERE graded.grade = 'ok'), 0) AS expected_ok
    FROM news.source_days AS graded
    JOIN news.sources ON sources.id = graded.source_id
    CROSS JOIN LATERAL (
        VALUES
            ('all', ''), ('source', sources.slug), ('bloc', sources.bloc), ('country', sources.country),
            ('language', sources.language), ('kind', sources.kind)
    ) AS slices (slice_kind, slice)
    WHERE graded.day >= trends.today() - 400
    GROUP BY slices.slice_kind, slices.slice, graded.day
)
SELECT
    slice_kind, slice, day,
    to_jsonb(ARRAY[kept.grades::text, kept.expected::text, kept.expected_ok::text]) AS kept,
    to_jsonb(ARRAY[counted.grades::text, counted.expected::text, counted.expected_ok::text]) AS counted
FROM kept
FULL JOIN counted USING (slice_kind, slice, day)
WHERE NOT EXISTS (SELECT FROM news.dirty_days WHERE is_moved)
    AND (
        kept.grades IS DISTINCT FROM counted.grades
        OR abs(kept.expected - counted.expected) > 1e-4 * (1 + counted.expected)
        OR abs(kept.expected_ok - counted.expected_ok) > 1e-4 * (1 + counted.expected_ok)
    )
