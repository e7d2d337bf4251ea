-- Brings the counts of these periods (their first days, all of one grain) in line with the cube; rows that hold already are
-- not written. Distinct counts are made in two steps: within each source, then over sources.
WITH cells AS (
    SELECT
        cube.taxonomy_id, cube.about, cube.about_id, period.starts_on, cube.source_id, cube.language, cube.articles,
        cube.origins, sources.slug, sources.bloc, sources.country, sources.kind, sources.family,
        graded.grade = 'ok' AS is_ok
    FROM unnest(CAST(:starts AS date[])) AS period (starts_on)
    JOIN news.cube
        ON cube.day >= period.starts_on AND cube.day < (period.starts_on + CAST('1 ' || :grain AS interval))::date
        AND cube.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
    JOIN news.sources ON sources.id = cube.source_id
    LEFT JOIN news.source_days AS graded
        ON :grain = 'day' AND graded.source_id = cube.source_id AND graded.day = cube.day
), sliced AS (
    SELECT
        cells.taxonomy_id, cells.about, cells.about_id, cells.starts_on, slices.slice_kind, slices.slice,
        cells.source_id, cells.family, cells.articles, cells.origins, cells.is_ok
    FROM cells
    CROSS JOIN LATERAL (
        VALUES
            ('all', ''), ('source', cells.slug), ('bloc', cells.bloc), ('country', cells.country),
            ('language', cells.language), ('kind', cells.kind)
    ) AS slices (slice_kind, slice)
    WHERE NOT (cells.about = 'actor' AND slices.slice_kind = 'source')
), by_source AS (
    SELECT
        taxonomy_id, about, about_id, starts_on, slice_kind, slice, source_id, family, is_ok,
        sum(articles) AS articles
    FROM sliced
    GROUP BY taxonomy_id, about, about_id, starts_on, slice_kind, slice, source_id, family, is_ok
), voices AS (
    SELECT
        taxonomy_id, about, about_id, starts_on, slice_kind, slice,
        sum(articles)::int AS articles,
        count(DISTINCT source_id)::int AS sources,
        count(DISTINCT family)::int AS families,
        sum(articles * articles)::bigint AS squares,
        CASE :grain WHEN 'day' THEN coalesce(sum(articles) FILTER (WHERE is_ok), 0)::int END AS comparable
    FROM by_source
    GROUP BY taxonomy_id, about, about_id, starts_on, slice_kind, slice
), texts AS (
    SELECT taxonomy_id, about, about_id, starts_on, slice_kind, slice, count(DISTINCT origin.id)::int AS origins
    FROM sliced
    CROSS JOIN LATERAL unnest(sliced.origins) AS origin (id)
    GROUP BY taxonomy_id, about, about_id, starts_on, slice_kind, slice
), counted AS (
    SELECT *
    FROM voices
    JOIN texts USING (taxonomy_id, about, about_id, starts_on, slice_kind, slice)
), gone AS (
    DELETE FROM news.counts AS kept
    WHERE kept.grain = :grain AND kept.starts_on = ANY(CAST(:starts AS date[]))
        AND kept.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        AND NOT EXISTS (
            SELECT FROM counted
            WHERE counted.taxonomy_id = kept.taxonomy_id AND counted.about = kept.about
                AND counted.about_id = kept.about_id AND counted.starts_on = kept.starts_on
                AND counted.slice_kind = kept.slice_kind AND counted.slice = kept.slice
        )
)
INSERT INTO news.counts AS kept (
    taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice,
    articles, sources, families, origins, squares, comparable
)
SELECT
    counted.taxonomy_id, counted.about, counted.about_id, counted.slice_kind, :grain, counted.starts_on, counted.slice,
    counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable
FROM counted
LEFT JOIN news.counts AS same
    ON same.taxonomy_id = counted.taxonomy_id AND same.about = counted.about AND same.about_id = counted.about_id
    AND same.slice_kind = counted.slice_kind AND same.grain = :grain AND same.starts_on = counted.starts_on
    AND same.slice = counted.slice
WHERE (same.articles, same.sources, same.families, same.origins, same.squares, same.comparable) IS DISTINCT FROM
    (counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable)
ON CONFLICT (taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice) DO UPDATE SET
    articles = excluded.articles, sources = excluded.sources, families = excluded.families, origins = excluded.origins,
    squares = excluded.squares, comparable = excluded.comparable
