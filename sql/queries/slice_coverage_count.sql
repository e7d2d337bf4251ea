-- Adds up the grades of these days by slice; rows that hold already are not written.
WITH counted AS MATERIALIZED (
    SELECT
        slices.slice_kind,
        slices.slice,
        graded.day,
        (count(*) FILTER (WHERE graded.grade = 'ok'))::int AS ok,
        (count(*) FILTER (WHERE graded.grade = 'thin'))::int AS thin,
        (count(*) FILTER (WHERE graded.grade = 'dark'))::int AS dark,
        (count(*) FILTER (WHERE graded.grade = 'unknown'))::int AS unknown,
        coalesce(sum(graded.expected::float8 ORDER BY graded.source_id) FILTER (WHERE graded.grade <> 'unknown'), 0)::real AS expected,
        coalesce(sum(graded.expected::float8 ORDER BY graded.source_id) FILTER (WHERE graded.grade = 'ok'), 0)::real AS expected_ok
    FROM news.source_days AS graded
    JOIN news.sources ON sources.id = graded.source_id
    CROSS JOIN LATERAL (
        VALUES
            ('all', ''), ('source', sources.slug), ('bloc', sources.bloc), ('country', sources.country),
            ('language', sources.language), ('kind', sources.kind)
    ) AS slices (slice_kind, slice)
    WHERE graded.day = ANY(CAST(:days AS date[]))
    GROUP BY slices.slice_kind, slices.slice, graded.day
), gone AS (
    DELETE FROM news.slice_coverage AS kept
    WHERE kept.day = ANY(CAST(:days AS date[]))
        AND NOT EXISTS (
            SELECT FROM counted
            WHERE counted.slice_kind = kept.slice_kind AND counted.slice = kept.slice AND counted.day = kept.day
        )
)
INSERT INTO news.slice_coverage (slice_kind, slice, day, ok, thin, dark, unknown, expected, expected_ok)
SELECT slice_kind, slice, day, counted.ok, counted.thin, counted.dark, counted.unknown, counted.expected, counted.expected_ok
FROM counted
LEFT JOIN news.slice_coverage AS same USING (slice_kind, slice, day)
WHERE (same.ok, same.thin, same.dark, same.unknown, same.expected, same.expected_ok) IS DISTINCT FROM
    (counted.ok, counted.thin, counted.dark, counted.unknown, counted.expected, counted.expected_ok)
ON CONFLICT (slice_kind, slice, day) DO UPDATE SET
    ok = excluded.ok, thin = excluded.thin, dark = excluded.dark, unknown = excluded.unknown,
    expected = excluded.expected, expected_ok = excluded.expected_ok, since = news.clock()
