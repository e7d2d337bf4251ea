-- Brings the counts of these periods (their first days, all of one grain) in line with the cube; rows that hold already are
-- not written. Each source stands in one slice of a kind, so sources can be added up; families and texts are counted as if
-- each occurred once, and those few that occur more than once are taken off again: far fewer rows than distinct counts sort.
WITH cells AS MATERIALIZED (
    SELECT
        cube.taxonomy_id, cube.about, cube.about_id, period.starts_on, cube.source_id, cube.language,
        sources.slug, sources.bloc, sources.country, sources.kind, sources.family,
        cube.articles, cube.origins, cardinality(cube.origins) AS texts,
        CASE WHEN healthy.source_id IS NULL THEN 0 ELSE cube.articles END AS comparable
    FROM unnest(CAST(:starts AS date[])) AS period (starts_on)
    CROSS JOIN LATERAL (
        -- Kept apart, so that it is looked up by day even where the planner knows nothing of the cube yet: in a recount.
        SELECT *
        FROM news.cube
        WHERE day >= period.starts_on AND day < (period.starts_on + CAST('1 ' || :grain AS interval))::date
            AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        OFFSET 0
    ) AS cube
    JOIN news.sources ON sources.id = cube.source_id
    LEFT JOIN (
        SELECT source_id, day FROM news.source_days
        WHERE :grain = 'day' AND day = ANY(CAST(:starts AS date[])) AND grade = 'ok'
    ) AS healthy ON healthy.source_id = cube.source_id AND healthy.day = cube.day
), by_source AS MATERIALIZED (
    SELECT
        taxonomy_id, about, about_id, starts_on, slug, bloc, country, kind, family,
        sum(articles) AS articles, sum(texts) AS texts, sum(comparable) AS comparable
    FROM cells
    GROUP BY taxonomy_id, about, about_id, starts_on, slug, bloc, country, kind, family
), by_language AS MATERIALIZED (
    SELECT
        taxonomy_id, about, about_id, starts_on, language, slug, family,
        sum(articles) AS articles, sum(texts) AS texts, sum(comparable) AS comparable
    FROM cells
    GROUP BY taxonomy_id, about, about_id, starts_on, language, slug, family
), voices AS (
    SELECT
        taxonomy_id, about, about_id, starts_on,
        CASE
            WHEN grouping(slug) = 0 THEN 'source'
            WHEN grouping(bloc) = 0 THEN 'bloc'
            WHEN grouping(country) = 0 THEN 'country'
            WHEN grouping(kind) = 0 THEN 'kind'
            ELSE 'all'
        END AS slice_kind,
        coalesce(slug, bloc, country, kind, '') AS slice,
        sum(articles) AS articles, count(*) AS sources, sum(texts) AS texts, sum(articles * articles) AS squares,
        sum(comparable) AS comparable
    FROM by_source
    GROUP BY taxonomy_id, about, about_id, starts_on, GROUPING SETS ((), (slug), (bloc), (country), (kind))
    UNION ALL
    SELECT
        taxonomy_id, about, about_id, starts_on, 'language', language,
        sum(articles), count(*), sum(texts), sum(articles * articles), sum(comparable)
    FROM by_language
    GROUP BY taxonomy_id, about, about_id, starts_on, language
), families_again AS (
    SELECT taxonomy_id, about, about_id, starts_on, slice_kind, slice, sum(times - 1) AS times
    FROM (
        SELECT taxonomy_id, about, about_id, starts_on, slices.slice_kind, slices.slice, family, count(*) AS times
        FROM by_source
        JOIN (
            SELECT taxonomy_id, about, about_id, starts_on, family
            FROM by_source
            GROUP BY taxonomy_id, about, about_id, starts_on, family
            HAVING count(*) > 1
        ) AS large USING (taxonomy_id, about, about_id, starts_on, family)
        CROSS JOIN LATERAL (VALUES ('all', ''), ('bloc', bloc), ('country', country), ('kind', kind)) AS slices (slice_kind, slice)
        GROUP BY taxonomy_id, about, about_id, starts_on, slices.slice_kind, slices.slice, family
        UNION ALL
        SELECT taxonomy_id, about, about_id, starts_on, 'language', language, family, count(*)
        FROM by_language
        GROUP BY taxonomy_id, about, about_id, starts_on, language, family
    ) AS members
    WHERE times > 1
    GROUP BY taxonomy_id, about, about_id, starts_on, slice_kind, slice
), occurrences AS MATERIALIZED (
    SELECT taxonomy_id, about, about_id, starts_on, slug, bloc, country, kind, language, origin.id AS origin_id
    FROM cells
    CROSS JOIN LATERAL unnest(origins) AS origin (id)
), texts_again AS (
    SELECT taxonomy_id, about, about_id, starts_on, slice_kind, slice, sum(times - 1) AS times
    FROM (
        SELECT taxonomy_id, about, about_id, starts_on, slices.slice_kind, slices.slice, origin_id, count(*) AS times
        FROM occurrences
        JOIN (
            SELECT taxonomy_id, about, about_id, starts_on, origin_id
            FROM occurrences
            GROUP BY taxonomy_id, about, about_id, starts_on, origin_id
            HAVING count(*) > 1
        ) AS copied USING (taxonomy_id, about, about_id, starts_on, origin_id)
        CROSS JOIN LATERAL (
            VALUES ('all', ''), ('source', slug), ('bloc', bloc), ('country', country), ('kind', kind), ('language', language)
        ) AS slices (slice_kind, slice)
        GROUP BY taxonomy_id, about, about_id, starts_on, slices.slice_kind, slices.slice, origin_id
    ) AS copies
    WHERE times > 1
    GROUP BY taxonomy_id, about, about_id, starts_on, slice_kind, slice
), counted AS MATERIALIZED (
    SELECT
        taxonomy_id, about, about_id, slice_kind, slice, starts_on,
        voices.articles::int AS articles,
        voices.sources::int AS sources,
        (voices.sources - coalesce(families_again.times, 0))::int AS families,
        (voices.texts - coalesce(texts_again.times, 0))::int AS origins,
        voices.squares::bigint AS squares,
        CASE :grain WHEN 'day' THEN voices.comparable::int END AS comparable
    FROM voices
    LEFT JOIN families_again USING (taxonomy_id, about, about_id, starts_on, slice_kind, slice)
    LEFT JOIN texts_again USING (taxonomy_id, about, about_id, starts_on, slice_kind, slice)
    WHERE NOT (about = 'actor' AND slice_kind = 'source')
), differences AS MATERIALIZED (
    SELECT
        kept.place, counted.articles IS NULL AS gone,
        taxonomy_id, about, about_id, slice_kind, slice, starts_on,
        counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable
    FROM (
        SELECT ctid AS place, counts.*
        FROM news.counts
        WHERE grain = :grain AND starts_on = ANY(CAST(:starts AS date[]))
            AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
    ) AS kept
    FULL JOIN counted USING (taxonomy_id, about, about_id, slice_kind, slice, starts_on)
    WHERE (kept.articles, kept.sources, kept.families, kept.origins, kept.squares, kept.comparable) IS DISTINCT FROM
        (counted.articles, counted.sources, counted.families, counted.origins, counted.squares, counted.comparable)
), removed AS (
    DELETE FROM news.counts WHERE ctid = ANY(ARRAY(SELECT place FROM differences WHERE gone))
)
INSERT INTO news.counts (
    taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice,
    articles, sources, families, origins, squares, comparable
)
SELECT
    taxonomy_id, about, about_id, slice_kind, :grain, starts_on, slice,
    articles, sources, families, origins, squares, comparable
FROM differences
WHERE NOT gone
ON CONFLICT (taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice) DO UPDATE SET
    articles = excluded.articles, sources = excluded.sources, families = excluded.families, origins = excluded.origins,
    squares = excluded.squares, comparable = excluded.comparable, since = news.clock()
