-- Adds up the grades of these days by slice.
INSERT INTO news.slice_coverage (slice_kind, slice, day, ok, thin, dark, unknown, expected, expected_ok)
SELECT
    slices.slice_kind,
    slices.slice,
    graded.day,
    count(*) FILTER (WHERE graded.grade = 'ok'),
    count(*) FILTER (WHERE graded.grade = 'thin'),
    count(*) FILTER (WHERE graded.grade = 'dark'),
    count(*) FILTER (WHERE graded.grade = 'unknown'),
    coalesce(sum(graded.expected::float8) FILTER (WHERE graded.grade <> 'unknown'), 0),
    coalesce(sum(graded.expected::float8) FILTER (WHERE graded.grade = 'ok'), 0)
FROM news.source_days AS graded
JOIN news.sources ON sources.id = graded.source_id
CROSS JOIN LATERAL (
    VALUES
        ('all', ''), ('source', sources.slug), ('bloc', sources.bloc), ('country', sources.country),
        ('language', sources.language), ('kind', sources.kind)
) AS slices (slice_kind, slice)
WHERE graded.day = ANY(CAST(:days AS date[]))
GROUP BY slices.slice_kind, slices.slice, graded.day
