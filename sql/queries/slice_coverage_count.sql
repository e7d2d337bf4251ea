-- Adds up the grades of the slices in which these sources stand on these days (null: of all slices); rows that hold already are
-- not written. Numbers stand for slices, which are quicker to sort than names.
WITH marked AS MATERIALIZED (
    SELECT DISTINCT day, source_id FROM unnest(CAST(:days AS date[]), CAST(:sources AS integer[])) AS mark (day, source_id)
), whole AS MATERIALIZED (
    SELECT day FROM marked WHERE source_id IS NULL
), members AS MATERIALIZED (
    SELECT
        sources.id AS source_id, slices.slice_kind, slices.slice,
        (dense_rank() OVER (ORDER BY slices.slice_kind, slices.slice))::int AS number
    FROM news.sources
    CROSS JOIN LATERAL (
        VALUES
            ('all', ''), ('source', sources.slug), ('bloc', sources.bloc), ('country', sources.country),
            ('language', sources.language), ('kind', sources.kind)
    ) AS slices (slice_kind, slice)
), names AS MATERIALIZED (
    SELECT DISTINCT number, slice_kind, slice FROM members
), touched AS MATERIALIZED (
    SELECT marked.day, members.number FROM marked JOIN members USING (source_id)
    UNION
    SELECT whole.day, names.number FROM whole CROSS JOIN names
), counted AS MATERIALIZED (
    SELECT
        names.slice_kind, names.slice, added.*
    FROM (
        SELECT
            graded.day,
            graded.number,
            (count(*) FILTER (WHERE graded.grade = 'ok'))::int AS ok,
            (count(*) FILTER (WHERE graded.grade = 'thin'))::int AS thin,
            (count(*) FILTER (WHERE graded.grade = 'dark'))::int AS dark,
            (count(*) FILTER (WHERE graded.grade = 'unknown'))::int AS unknown,
            coalesce(
                sum(graded.expected::float8 ORDER BY graded.source_id) FILTER (WHERE graded.grade <> 'unknown'), 0
            )::real AS expected,
            coalesce(
                sum(graded.expected::float8 ORDER BY graded.source_id) FILTER (WHERE graded.grade = 'ok'), 0
            )::real AS expected_ok
        FROM (
            SELECT source_id, source_days.day, source_days.grade, source_days.expected, members.number
            FROM news.source_days
            JOIN members USING (source_id)
            WHERE source_days.day = ANY(ARRAY(SELECT day FROM marked))
            OFFSET 0  -- else every slice of a day may be paired with every source of it
        ) AS graded
        JOIN touched ON touched.day = graded.day AND touched.number = graded.number
        GROUP BY graded.day, graded.number
    ) AS added
    JOIN names USING (number)
), kept AS (
    SELECT ctid AS place, slice_coverage.* FROM news.slice_coverage WHERE day = ANY(ARRAY(SELECT day FROM whole))
    UNION ALL
    SELECT found.*
    FROM touched
    JOIN names USING (number)
    CROSS JOIN LATERAL (
        SELECT ctid AS place, slice_coverage.*
        FROM news.slice_coverage
        WHERE slice_kind = names.slice_kind AND slice = names.slice AND day = touched.day
        OFFSET 0
    ) AS found
    WHERE touched.day NOT IN (SELECT day FROM whole)
), differences AS MATERIALIZED (
    SELECT
        kept.place, slice_kind, slice, day,
        counted.ok, counted.thin, counted.dark, counted.unknown, counted.expected, counted.expected_ok
    FROM kept
    FULL JOIN counted USING (slice_kind, slice, day)
    WHERE (kept.ok, kept.thin, kept.dark, kept.unknown, kept.expected, kept.expected_ok) IS DISTINCT FROM
        (counted.ok, counted.thin, counted.dark, counted.unknown, counted.expected, counted.expected_ok)
), gone AS (
    DELETE FROM news.slice_coverage WHERE ctid = ANY(ARRAY(SELECT place FROM differences WHERE ok IS NULL))
)
INSERT INTO news.slice_coverage (slice_kind, slice, day, ok, thin, dark, unknown, expected, expected_ok)
SELECT slice_kind, slice, day, ok, thin, dark, unknown, expected, expected_ok
FROM differences
WHERE ok IS NOT NULL
ON CONFLICT (slice_kind, slice, day) DO UPDATE SET
    ok = excluded.ok, thin = excluded.thin, dark = excluded.dark, unknown = excluded.unknown,
    expected = excluded.expected, expected_ok = excluded.expected_ok, since = news.clock()
