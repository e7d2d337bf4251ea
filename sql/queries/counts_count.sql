-- Brings the counts of these periods (their first days, all of one grain) in line with the cube; rows that hold already are
-- not written. Each source stands in one slice of a kind, so sources can be added up; families and texts are counted as if
-- each occurred once, and those few that occur more than once are taken off again: far fewer rows than distinct counts sort.
-- Numbers stand for names and subjects until the end: they take a fraction of the time to group.
WITH outlets AS MATERIALIZED (
    SELECT
        id AS source_id, slug, bloc, country, kind,
        (dense_rank() OVER (ORDER BY bloc))::int AS b, (dense_rank() OVER (ORDER BY country))::int AS c,
        (dense_rank() OVER (ORDER BY kind))::int AS k, (dense_rank() OVER (ORDER BY family))::int AS f
    FROM news.sources
), names AS MATERIALIZED (
    -- The parts are what GROUPING(b, c, k) says of each.
    SELECT 7 AS part, 0 AS place, 'all' AS slice_kind, '' AS slice
    UNION ALL
    SELECT DISTINCT named.part, named.place, named.slice_kind, named.slice
    FROM outlets
    CROSS JOIN LATERAL (VALUES (3, b, 'bloc', bloc), (5, c, 'country', country), (6, k, 'kind', kind))
        AS named (part, place, slice_kind, slice)
), periods AS MATERIALIZED (
    SELECT starts_on, row_number() OVER (ORDER BY starts_on) AS number FROM unnest(CAST(:starts AS date[])) AS period (starts_on)
), found AS MATERIALIZED (
    SELECT
        cube.taxonomy_id, cube.about, cube.about_id, periods.starts_on, cube.source_id, cube.language,
        (periods.number * 1000 + array_position(CAST(:taxonomies AS integer[]), cube.taxonomy_id)) * 1000000
        + CASE cube.about WHEN 'coverage' THEN 0 WHEN 'topic' THEN 100000 ELSE 200000 END + cube.about_id AS subject,
        cube.articles, cube.origins, cardinality(cube.origins) AS texts,
        CASE WHEN healthy.source_id IS NULL THEN 0 ELSE cube.articles END AS comparable
    FROM periods
    CROSS JOIN LATERAL (
        -- Kept apart, so that it is looked up by day even where the planner knows nothing of the cube yet: in a recount.
        SELECT *
        FROM news.cube
        WHERE day >= periods.starts_on AND day < (periods.starts_on + CAST('1 ' || :grain AS interval))::date
            AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        OFFSET 0
    ) AS cube
    LEFT JOIN (
        SELECT source_id, day FROM news.source_days
        WHERE :grain = 'day' AND day = ANY(CAST(:starts AS date[])) AND grade = 'ok'
    ) AS healthy ON healthy.source_id = cube.source_id AND healthy.day = cube.day
), subjects AS MATERIALIZED (
    SELECT subject, min(taxonomy_id) AS taxonomy_id, min(about) AS about, min(about_id) AS about_id, min(starts_on) AS starts_on
    FROM found
    GROUP BY subject
), by_language AS MATERIALIZED (
    SELECT
        subject, language, source_id,
        sum(articles)::bigint AS articles, sum(texts)::bigint AS texts, sum(comparable)::bigint AS comparable
    FROM found
    GROUP BY subject, language, source_id
), by_source AS MATERIALIZED (
    SELECT
        own.subject, own.source_id, outlets.slug, outlets.b, outlets.c, outlets.k, outlets.f,
        own.articles, own.texts, own.comparable
    FROM (
        SELECT
            subject, source_id,
            sum(articles)::bigint AS articles, sum(texts)::bigint AS texts, sum(comparable)::bigint AS comparable
        FROM by_language
        GROUP BY subject, source_id
    ) AS own
    JOIN outlets ON outlets.source_id = own.source_id
), voices AS (
    SELECT
        summed.subject, names.slice_kind, names.slice, summed.articles, summed.sources, summed.texts, summed.squares, summed.comparable
    FROM (
        SELECT
            subject, GROUPING(b, c, k) AS part, coalesce(b, c, k, 0) AS place,
            sum(articles) AS articles, count(*) AS sources, sum(texts) AS texts, sum(articles * articles) AS squares,
            sum(comparable) AS comparable
        FROM by_source
        GROUP BY GROUPING SETS ((subject), (subject, b), (subject, c), (subject, k))
    ) AS summed
    JOIN names ON names.part = summed.part AND names.place = summed.place
    UNION ALL
    SELECT subject, 'source', slug, articles, 1, texts, articles * articles, comparable
    FROM by_source
    UNION ALL
    SELECT subject, 'language', language, sum(articles), count(*), sum(texts), sum(articles * articles), sum(comparable)
    FROM by_language
    GROUP BY subject, language
), families_again AS (
    SELECT summed.subject, names.slice_kind, names.slice, summed.times
    FROM (
        SELECT subject, part, place, sum(times - 1) AS times
        FROM (
            SELECT by_source.subject, parts.part, parts.place, count(*) AS times
            FROM by_source
            JOIN (SELECT subject, f FROM by_source GROUP BY subject, f HAVING count(*) > 1) AS large USING (subject, f)
            CROSS JOIN LATERAL (VALUES (7, 0), (3, b), (5, c), (6, k)) AS parts (part, place)
            GROUP BY by_source.subject, parts.part, parts.place, by_source.f
            HAVING count(*) > 1
        ) AS members
        GROUP BY subject, part, place
    ) AS summed
    JOIN names ON names.part = summed.part AND names.place = summed.place
    UNION ALL
    SELECT subject, 'language', language, sum(times - 1)
    FROM (
        SELECT by_language.subject, by_language.language, count(*) AS times
        FROM by_language
        JOIN outlets ON outlets.source_id = by_language.source_id
        GROUP BY by_language.subject, by_language.language, outlets.f
        HAVING count(*) > 1
    ) AS members
    GROUP BY subject, language
), occurrences AS MATERIALIZED (
    SELECT subject, source_id, language, origin.id AS origin_id
    FROM found
    CROSS JOIN LATERAL unnest(origins) AS origin (id)
), texts_again AS (
    SELECT subject, slice_kind, slice, sum(times - 1) AS times
    FROM (
        SELECT copied.subject, slices.slice_kind, slices.slice, copied.origin_id, count(*) AS times
        FROM (SELECT subject, origin_id FROM occurrences GROUP BY subject, origin_id HAVING count(*) > 1) AS copied
        JOIN occurrences USING (subject, origin_id)
        JOIN outlets ON outlets.source_id = occurrences.source_id
        CROSS JOIN LATERAL (
            VALUES ('all', ''), ('source', slug), ('bloc', bloc), ('country', country), ('kind', kind), ('language', language)
        ) AS slices (slice_kind, slice)
        GROUP BY copied.subject, slices.slice_kind, slices.slice, copied.origin_id
        HAVING count(*) > 1
    ) AS copies
    GROUP BY subject, slice_kind, slice
), counted AS MATERIALIZED (
    SELECT
        subjects.taxonomy_id, subjects.about, subjects.about_id, slice_kind, slice, subjects.starts_on,
        voices.articles::int AS articles,
        voices.sources::int AS sources,
        (voices.sources - coalesce(families_again.times, 0))::int AS families,
        (voices.texts - coalesce(texts_again.times, 0))::int AS origins,
        voices.squares::bigint AS squares,
        CASE :grain WHEN 'day' THEN voices.comparable::int END AS comparable
    FROM voices
    JOIN subjects USING (subject)
    LEFT JOIN families_again USING (subject, slice_kind, slice)
    LEFT JOIN texts_again USING (subject, slice_kind, slice)
    WHERE NOT (subjects.about = 'actor' AND slice_kind = 'source')
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
