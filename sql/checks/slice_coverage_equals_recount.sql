-- The grades of the last 400 days, added up by slice, against adding them up anew; sources that wait for a roll-up because they
-- stand in other slices now are waited for.
-- Returns what differs: slice, day, what is kept and what adding up gives.
WITH kept AS (
    SELECT slice_kind, slice, day, ARRAY[ok, thin, dark, unknown] AS grades FROM news.slice_coverage WHERE day >= trends.today() - 400
), counted AS (
    SELECT
        slices.slice_kind, slices.slice, graded.day,
        ARRAY[
            (count(*) FILTER (WHERE graded.grade = 'ok'))::int, (count(*) FILTER (WHERE graded.grade = 'thin'))::int,
            (count(*) FILTER (WHERE graded.grade = 'dark'))::int, (count(*) FILTER (WHERE graded.grade = 'unknown'))::int
        ] AS grades
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
SELECT slice_kind, slice, day, kept.grades AS kept, counted.grades AS counted
FROM kept
FULL JOIN counted USING (slice_kind, slice, day)
WHERE kept.grades IS DISTINCT FROM counted.grades AND NOT EXISTS (SELECT FROM news.dirty_days WHERE is_moved)
