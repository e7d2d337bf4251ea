-- Lets the counts of slices by day, week and month follow the cells of these days that changed, which it takes from
-- news.cube_changes; but not those of some periods (:skipped_grains, :skipped), which are counted from the cube as a whole.
-- Articles can be added to what is kept. Sources, families and squares are added up of sources whose cells changed and of
-- the others of their families, as they are now and as they were; texts likewise, wherever a text that came or went stands.
WITH changed AS (
    DELETE FROM news.cube_changes WHERE day = ANY(CAST(:days AS date[]))
    RETURNING
        -- One number for a subject is quicker to join and to group by than three columns, and the planner errs less on it.
        (taxonomy_id::bigint * 3 + CASE about WHEN 'coverage' THEN 0 WHEN 'topic' THEN 1 ELSE 2 END) * 65536 + about_id AS subject,
        *
), subjects AS MATERIALIZED (
    SELECT DISTINCT subject, taxonomy_id, about, about_id FROM changed
), periods AS MATERIALIZED (
    SELECT (row_number() OVER ())::int AS period, grain, starts_on, ends_on
    FROM (
        SELECT DISTINCT named.grain, named.starts_on, named.ends_on
        FROM (SELECT DISTINCT day FROM changed) AS days
        CROSS JOIN LATERAL (
            VALUES
                ('day', day, day + 1),
                ('week', date_trunc('week', day)::date, date_trunc('week', day)::date + 7),
                ('month', date_trunc('month', day)::date, (date_trunc('month', day) + interval '1 month')::date)
        ) AS named (grain, starts_on, ends_on)
    ) AS given
    WHERE NOT EXISTS (
        SELECT FROM unnest(CAST(:skipped_grains AS text[]), CAST(:skipped AS date[])) AS skip (grain, starts_on)
        WHERE skip.grain = given.grain AND skip.starts_on = given.starts_on
    )
), outlets AS MATERIALIZED (
    SELECT id AS source_id, slug, bloc, country, kind, (dense_rank() OVER (ORDER BY family))::int AS family FROM news.sources
), counted AS MATERIALIZED (
    SELECT
        changed.subject, periods.period, periods.starts_on, periods.ends_on, changed.source_id, outlets.family,
        changed.language, changed.articles AS difference
    FROM changed
    JOIN outlets USING (source_id)
    JOIN periods ON changed.day >= periods.starts_on AND changed.day < periods.ends_on
    WHERE changed.articles <> 0
), touched AS MATERIALIZED (
    -- What of which families is added up for which periods.
    SELECT DISTINCT subject, period, starts_on, ends_on, family FROM counted
), asked AS MATERIALIZED (
    SELECT DISTINCT outlets.source_id, outlets.family, each.day::date AS day
    FROM (SELECT DISTINCT family, starts_on, ends_on FROM touched) AS given
    JOIN outlets USING (family)
    CROSS JOIN LATERAL generate_series(given.starts_on, given.ends_on - 1, interval '1 day') AS each (day)
), voices AS MATERIALIZED (
    SELECT subject, period, source_id, language, sum(now)::bigint AS now, sum(difference)::bigint AS difference
    FROM (
        SELECT touched.subject, touched.period, cells.source_id, cells.language, cells.articles AS now, 0 AS difference
        FROM (
            SELECT
                (cube.taxonomy_id::bigint * 3 + CASE cube.about WHEN 'coverage' THEN 0 WHEN 'topic' THEN 1 ELSE 2 END) * 65536
                    + cube.about_id AS subject,
                asked.family, cube.day, cube.source_id, cube.language, cube.articles
            FROM asked
            CROSS JOIN LATERAL (
                -- Looked up by its key, and once each (both OFFSETs), however many the planner thinks that there are.
                SELECT * FROM news.cube WHERE day = asked.day AND source_id = asked.source_id OFFSET 0
            ) AS cube
            OFFSET 0
        ) AS cells
        JOIN touched
            ON touched.subject = cells.subject AND touched.family = cells.family
            AND cells.day >= touched.starts_on AND cells.day < touched.ends_on
        UNION ALL
        SELECT subject, period, source_id, language, 0, difference FROM counted
    ) AS given
    GROUP BY subject, period, source_id, language
), moved AS MATERIALIZED (
    SELECT subject, day, source_id, language, origin_id, sum(difference)::int AS difference
    FROM (
        SELECT subject, day, source_id, language, unnest(origins) AS origin_id, 1 AS difference FROM changed
        UNION ALL
        SELECT subject, day, source_id, language, unnest(origins_before), -1 FROM changed
    ) AS given
    GROUP BY subject, day, source_id, language, origin_id
    HAVING sum(difference) <> 0
), found AS MATERIALIZED (
    -- Where these texts stand now: coverage has them all.
    SELECT cube.day, cube.source_id, cube.language, origin.id AS origin_id
    FROM news.cube
    CROSS JOIN LATERAL unnest(cube.origins) AS origin (id)
    WHERE cube.about = 'coverage' AND cube.origins && ARRAY(SELECT DISTINCT origin_id FROM moved)
        AND origin.id IN (SELECT origin_id FROM moved)
), copies AS MATERIALIZED (
    SELECT subject, period, source_id, language, origin_id, sum(now)::int AS now, sum(difference)::int AS difference
    FROM (
        SELECT wanted.subject, wanted.period, found.source_id, found.language, found.origin_id, 1 AS now, 0 AS difference
        FROM (
            SELECT DISTINCT moved.subject, moved.origin_id, periods.period, periods.starts_on, periods.ends_on
            FROM moved
            JOIN periods ON moved.day >= periods.starts_on AND moved.day < periods.ends_on
        ) AS wanted
        JOIN found ON found.origin_id = wanted.origin_id AND found.day >= wanted.starts_on AND found.day < wanted.ends_on
        JOIN subjects ON subjects.subject = wanted.subject
        CROSS JOIN LATERAL (
            SELECT FROM news.cube
            WHERE (taxonomy_id, about, about_id) = (subjects.taxonomy_id, subjects.about, subjects.about_id)
                AND day = found.day AND source_id = found.source_id AND language = found.language
                AND found.origin_id = ANY(origins)
            OFFSET 0
        ) AS standing
        UNION ALL
        SELECT moved.subject, periods.period, moved.source_id, moved.language, moved.origin_id, 0, moved.difference
        FROM moved
        JOIN periods ON moved.day >= periods.starts_on AND moved.day < periods.ends_on
    ) AS given
    GROUP BY subject, period, source_id, language, origin_id
), slices AS MATERIALIZED (
    SELECT (dense_rank() OVER (ORDER BY slice_kind, slice))::int AS number, slice_kind, slice, source_id, family, language
    FROM (
        SELECT source_id, language FROM voices
        UNION
        SELECT source_id, language FROM found
        UNION
        SELECT source_id, language FROM changed
    ) AS given
    JOIN outlets USING (source_id)
    CROSS JOIN LATERAL (
        VALUES ('all', ''), ('source', slug), ('bloc', bloc), ('country', country), ('kind', kind), ('language', language)
    ) AS named (slice_kind, slice)
), by_source AS (
    SELECT subject, period, number, source_id, family, sum(now)::bigint AS now, sum(now - difference)::bigint AS before
    FROM voices
    JOIN slices USING (source_id, language)
    GROUP BY subject, period, number, source_id, family
), by_family AS (
    SELECT
        subject, period, number, sum(now - before)::bigint AS articles, sum((now > 0)::int - (before > 0)::int)::bigint AS sources,
        max((now > 0)::int) - max((before > 0)::int) AS families, sum(now * now - before * before)::bigint AS squares
    FROM by_source
    GROUP BY subject, period, number, family
), by_text AS (
    SELECT subject, period, number, (sum(now) > 0)::int - (sum(now - difference) > 0)::int AS origins
    FROM copies
    JOIN slices USING (source_id, language)
    GROUP BY subject, period, number, origin_id
), differences AS (
    SELECT subject, period, number, articles, 0 AS comparable, sources, families, 0 AS origins, squares FROM by_family
    UNION ALL
    SELECT subject, period, number, 0, 0, 0, 0, origins, 0 FROM by_text WHERE origins <> 0
    UNION ALL
    SELECT subject, period, number, 0, comparable, 0, 0, 0, 0
    FROM changed
    JOIN periods ON periods.grain = 'day' AND periods.starts_on = changed.day
    JOIN slices USING (source_id, language)
    WHERE changed.comparable <> 0
), summed AS MATERIALIZED (
    SELECT
        subject, period, number, sum(articles)::int AS articles, sum(comparable)::int AS comparable, sum(sources)::int AS sources,
        sum(families)::int AS families, sum(origins)::int AS origins, sum(squares)::bigint AS squares
    FROM differences
    GROUP BY subject, period, number
)
MERGE INTO news.counts AS kept
USING (
    SELECT
        subjects.taxonomy_id, subjects.about, subjects.about_id, named.slice_kind, named.slice, periods.grain, periods.starts_on,
        summed.articles, summed.comparable, summed.sources, summed.families, summed.origins, summed.squares
    FROM summed
    JOIN subjects USING (subject)
    JOIN periods USING (period)
    JOIN (SELECT DISTINCT number, slice_kind, slice FROM slices) AS named USING (number)
    WHERE NOT (subjects.about = 'actor' AND named.slice_kind = 'source')
        AND (summed.articles, summed.comparable, summed.sources, summed.families, summed.origins, summed.squares)
            <> (0, 0, 0, 0, 0, 0)
) AS summed
ON (kept.taxonomy_id, kept.about, kept.about_id, kept.slice_kind, kept.grain, kept.starts_on, kept.slice)
    = (summed.taxonomy_id, summed.about, summed.about_id, summed.slice_kind, summed.grain, summed.starts_on, summed.slice)
WHEN MATCHED AND kept.articles + summed.articles = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET
    articles = kept.articles + summed.articles, sources = kept.sources + summed.sources,
    families = kept.families + summed.families, origins = kept.origins + summed.origins,
    squares = kept.squares + summed.squares, comparable = kept.comparable + summed.comparable, since = (SELECT news.clock())
WHEN NOT MATCHED THEN INSERT (
    taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice, articles, sources, families, origins, squares, comparable
) VALUES (
    summed.taxonomy_id, summed.about, summed.about_id, summed.slice_kind, summed.grain, summed.starts_on, summed.slice,
    summed.articles, summed.sources, summed.families, summed.origins, summed.squares,
    CASE summed.grain WHEN 'day' THEN summed.comparable END
)
