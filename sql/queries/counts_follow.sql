-- Lets the counts of slices by day, week and month follow the cells of these days that changed, which it takes from
-- news.cube_changes; but not those of some periods (:skipped_grains, :skipped), which are counted from the cube as a whole.
-- Articles can be added to what is kept. Sources and squares follow from what each source whose cells changed has in the
-- period, as it is now and as it was; families where one came or went, and texts that stand in several places, are counted
-- wherever they stand.
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
    SELECT
        id AS source_id, slug, bloc, country, kind, (dense_rank() OVER (ORDER BY family))::int AS family,
        count(*) OVER (PARTITION BY family) = 1 AS is_alone
    FROM news.sources
), counted AS MATERIALIZED (
    SELECT
        changed.subject, periods.period, periods.starts_on, periods.ends_on, changed.source_id, changed.language,
        sum(changed.articles)::int AS difference,
        coalesce(sum(changed.comparable) FILTER (WHERE periods.grain = 'day'), 0)::int AS comparable,
        bool_or(changed.articles <> 0) AS is_other
    FROM changed
    JOIN periods ON changed.day >= periods.starts_on AND changed.day < periods.ends_on
    WHERE changed.articles <> 0 OR (changed.comparable <> 0 AND periods.grain = 'day')
    GROUP BY changed.subject, periods.period, periods.starts_on, periods.ends_on, changed.source_id, changed.language
), touched AS MATERIALIZED (
    -- What of which sources is added up for which periods.
    SELECT DISTINCT subject, period, starts_on, ends_on, source_id FROM counted WHERE is_other
), voices AS MATERIALIZED (
    SELECT subject, period, source_id, language, sum(now)::bigint AS now, sum(now - difference)::bigint AS before
    FROM (
        SELECT touched.subject, touched.period, touched.source_id, cells.language, cells.articles AS now, 0 AS difference
        FROM (
            SELECT spans.subject, spans.source_id, cube.day, cube.language, cube.articles
            FROM (
                SELECT subject, source_id, min(starts_on) AS since, max(ends_on) AS until FROM touched GROUP BY subject, source_id
            ) AS spans
            JOIN subjects USING (subject)
            CROSS JOIN LATERAL (
                -- Looked up by its key, and once each (both OFFSETs), however many the planner thinks that there are.
                SELECT day, language, articles
                FROM news.cube
                WHERE source_id = spans.source_id AND about_id = subjects.about_id AND about = subjects.about
                    AND taxonomy_id = subjects.taxonomy_id AND day >= spans.since AND day < spans.until
                OFFSET 0
            ) AS cube
            OFFSET 0
        ) AS cells
        JOIN touched
            ON touched.subject = cells.subject AND touched.source_id = cells.source_id
            AND cells.day >= touched.starts_on AND cells.day < touched.ends_on
        UNION ALL
        SELECT subject, period, source_id, language, 0, difference FROM counted WHERE is_other
    ) AS given
    GROUP BY subject, period, source_id, language
), turned AS MATERIALIZED (
    -- Families of several sources of which one came or went.
    SELECT DISTINCT voices.subject, voices.period, outlets.family
    FROM voices
    JOIN outlets ON outlets.source_id = voices.source_id AND NOT outlets.is_alone
    WHERE (voices.now > 0) <> (voices.before > 0)
), relatives AS MATERIALIZED (
    SELECT voices.subject, voices.period, outlets.family, voices.source_id, voices.language, voices.now > 0 AS now, voices.before > 0 AS before
    FROM voices
    JOIN outlets USING (source_id)
    JOIN turned ON turned.subject = voices.subject AND turned.period = voices.period AND turned.family = outlets.family
    UNION ALL
    SELECT turned.subject, turned.period, turned.family, outlets.source_id, cube.language, true, true
    FROM turned
    JOIN outlets USING (family)
    JOIN subjects USING (subject)
    JOIN periods USING (period)
    LEFT JOIN touched
        ON touched.subject = turned.subject AND touched.period = turned.period AND touched.source_id = outlets.source_id
    CROSS JOIN LATERAL (
        SELECT DISTINCT language
        FROM news.cube
        WHERE source_id = outlets.source_id AND about_id = subjects.about_id AND about = subjects.about
            AND taxonomy_id = subjects.taxonomy_id AND day >= periods.starts_on AND day < periods.ends_on
        OFFSET 0
    ) AS cube
    WHERE touched.subject IS NULL
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
    SELECT standing.*
    FROM (SELECT DISTINCT origin_id FROM moved) AS wanted
    CROSS JOIN LATERAL (
        SELECT day, source_id, language, origin_id FROM news.cube_texts WHERE origin_id = wanted.origin_id OFFSET 0
    ) AS standing
), spread AS MATERIALIZED (
    -- Texts that stand, or stood, in more than one cell; all others add up as articles do.
    SELECT origin_id
    FROM (
        SELECT day, source_id, language, origin_id FROM moved
        UNION
        SELECT day, source_id, language, origin_id FROM found
    ) AS places
    GROUP BY origin_id
    HAVING count(*) > 1
), copies AS MATERIALIZED (
    SELECT subject, period, source_id, language, origin_id, sum(now)::int AS now, sum(difference)::int AS difference
    FROM (
        SELECT wanted.subject, wanted.period, found.source_id, found.language, found.origin_id, 1 AS now, 0 AS difference
        FROM (
            SELECT DISTINCT moved.subject, moved.origin_id, periods.period, periods.starts_on, periods.ends_on
            FROM moved
            JOIN spread USING (origin_id)
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
        JOIN spread USING (origin_id)
        JOIN periods ON moved.day >= periods.starts_on AND moved.day < periods.ends_on
    ) AS given
    GROUP BY subject, period, source_id, language, origin_id
), tallies AS MATERIALIZED (
    SELECT
        subject, period, source_id, language, sum(articles)::int AS articles, sum(comparable)::int AS comparable,
        sum(origins)::int AS origins, sum(now)::bigint AS now, sum(before)::bigint AS before
    FROM (
        SELECT
            subject, period, source_id, language, difference AS articles, comparable, 0 AS origins, 0 AS now, 0 AS before
        FROM counted
        UNION ALL
        SELECT subject, period, source_id, language, 0, 0, 0, now, before FROM voices
        UNION ALL
        SELECT moved.subject, periods.period, moved.source_id, moved.language, 0, 0, moved.difference, 0, 0
        FROM moved
        JOIN periods ON moved.day >= periods.starts_on AND moved.day < periods.ends_on
        WHERE moved.origin_id NOT IN (SELECT origin_id FROM spread)
    ) AS given
    GROUP BY subject, period, source_id, language
), slices AS MATERIALIZED (
    SELECT (dense_rank() OVER (ORDER BY slice_kind, slice))::int AS number, slice_kind, slice, source_id, language
    FROM (
        SELECT source_id, language FROM tallies
        UNION
        SELECT source_id, language FROM copies
        UNION
        SELECT source_id, language FROM relatives
    ) AS given
    JOIN outlets USING (source_id)
    CROSS JOIN LATERAL (
        VALUES ('all', ''), ('source', slug), ('bloc', bloc), ('country', country), ('kind', kind), ('language', language)
    ) AS named (slice_kind, slice)
), by_source AS (
    SELECT
        own.subject, own.period, slices.number, own.articles, own.comparable, own.origins,
        (own.now > 0)::int - (own.before > 0)::int AS sources,
        CASE WHEN outlets.is_alone THEN (own.now > 0)::int - (own.before > 0)::int ELSE 0 END AS families,
        own.now * own.now - own.before * own.before AS squares
    FROM (
        SELECT
            subject, period, source_id, sum(articles)::int AS articles, sum(comparable)::int AS comparable,
            sum(origins)::int AS origins, sum(now)::bigint AS now, sum(before)::bigint AS before
        FROM tallies
        GROUP BY subject, period, source_id
    ) AS own
    JOIN outlets USING (source_id)
    JOIN (SELECT DISTINCT source_id, number FROM slices WHERE slice_kind <> 'language') AS slices USING (source_id)
    UNION ALL
    SELECT
        own.subject, own.period, slices.number, own.articles, own.comparable, own.origins,
        (own.now > 0)::int - (own.before > 0)::int,
        CASE WHEN outlets.is_alone THEN (own.now > 0)::int - (own.before > 0)::int ELSE 0 END,
        own.now * own.now - own.before * own.before
    FROM tallies AS own
    JOIN outlets USING (source_id)
    JOIN (SELECT DISTINCT language, number FROM slices WHERE slice_kind = 'language') AS slices USING (language)
), by_family AS (
    SELECT relatives.subject, relatives.period, slices.number, bool_or(now)::int - bool_or(before)::int AS families
    FROM relatives
    JOIN slices USING (source_id, language)
    GROUP BY relatives.subject, relatives.period, slices.number, relatives.family
), by_text AS (
    SELECT subject, period, number, (sum(now) > 0)::int - (sum(now - difference) > 0)::int AS origins
    FROM copies
    JOIN slices USING (source_id, language)
    GROUP BY subject, period, number, origin_id
), differences AS (
    SELECT subject, period, number, articles, comparable, sources, families, origins, squares FROM by_source
    UNION ALL
    SELECT subject, period, number, 0, 0, 0, families, 0, 0 FROM by_family WHERE families <> 0
    UNION ALL
    SELECT subject, period, number, 0, 0, 0, 0, origins, 0 FROM by_text WHERE origins <> 0
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
    -- In the order of the key, neighbours are found and kept beside each other.
    ORDER BY 1, 2, 3, 4, 6, 7, 5
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
