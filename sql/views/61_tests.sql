-- Whether a topic got more or less than usual, for every topic, slice (all, bloc, country, language, kind) and complete day.
--
-- The panel of a day are its sources that are graded ok and had 7 texts or more in the 56 days before. What is counted are distinct texts by source, so that a source that
-- lists one text a hundred times says it once. Each source (and language of it) has a propensity to the topic, its share of
-- it in the 56 days before, drawn by the weight of 10 texts towards that of all: usual = sum over the panel of texts *
-- propensity. Both days and days before are measured against the usual of those of the same panel that are ok on each, so
-- that neither added feeds nor lost ones look like news. trends.baseline() says what to expect then.

-- The levels that are kept apart from the numbers: below which q a day is called a burst or a drop.
CREATE FUNCTION trends.burst_level() RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0.05;
COMMENT ON FUNCTION trends.burst_level IS
    'The share of false ones among the bursts (and among the drops) of a day that is put up with: q-values up to it.';

CREATE FUNCTION trends.test_day(on_day date) RETURNS TABLE (
    taxonomy_id integer,
    topic_id smallint,
    slice_kind text,
    slice text,
    day date,
    observed integer,
    texts integer,
    sources integer,
    days integer,
    expected real,
    dispersion real,
    p_high double precision,
    p_low double precision,
    q_high double precision,
    q_low double precision,
    p_without double precision,
    shuffled_high double precision,
    shuffled_low double precision
) LANGUAGE plpgsql STABLE SET work_mem = '64MB' SET jit = off SET enable_nestloop = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    earliest CONSTANT date := on_day - 56;
    version CONSTANT integer := trends.version();
    topic_ids CONSTANT smallint[] := ARRAY(SELECT topics.topic_id FROM trends.topics);
BEGIN
    IF on_day >= trends.today() OR version IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH graded AS MATERIALIZED (
        SELECT known.source_id, known.day
        FROM trends.source_days AS known
        WHERE known.day >= earliest AND known.day <= on_day AND known.grade = 'ok'
    ), panel AS MATERIALIZED (
        SELECT sources.source_id, sources.bloc, sources.country, sources.kind
        FROM graded
        JOIN trends.source_facts AS sources ON sources.source_id = graded.source_id
        WHERE graded.day = on_day
    ), coverage AS MATERIALIZED (
        SELECT cells.source_id, cells.language, cells.day, cardinality(cells.origins) AS texts
        FROM trends.cells
        WHERE cells.taxonomy_id = 0 AND cells.about = 'coverage' AND cells.about_id = 0
            AND cells.day >= earliest AND cells.day <= on_day
            AND cells.source_id IN (SELECT source_id FROM panel)
    ), strata AS MATERIALIZED (
        -- A stratum is a source in one language. Numbers stand for names, which would take longer to compare.
        SELECT
            (row_number() OVER (ORDER BY known.source_id, known.language))::int AS stratum,
            known.source_id, known.language, known.texts, panel.bloc, panel.country, panel.kind,
            (dense_rank() OVER (ORDER BY panel.bloc))::int AS b, (dense_rank() OVER (ORDER BY panel.country))::int AS c,
            (dense_rank() OVER (ORDER BY panel.kind))::int AS k, (dense_rank() OVER (ORDER BY known.language))::int AS l
        FROM (
            SELECT
                source_id, language, coalesce(sum(texts) FILTER (WHERE day < on_day), 0)::float8 AS texts,
                sum(sum(texts) FILTER (WHERE day < on_day)) OVER (PARTITION BY source_id) AS of_source
            FROM coverage
            GROUP BY source_id, language
        ) AS known
        JOIN panel ON panel.source_id = known.source_id
        WHERE known.of_source >= 7
    ), names AS MATERIALIZED (
        SELECT DISTINCT named.part, named.place, named.slice_kind, named.slice
        FROM strata
        CROSS JOIN LATERAL (
            VALUES (15, 0, 'all', ''), (7, b, 'bloc', bloc), (11, c, 'country', country), (13, k, 'kind', kind),
                (14, l, 'language', language)
        ) AS named (part, place, slice_kind, slice)
    ), said AS MATERIALIZED (
        SELECT cells.about_id AS topic_id, strata.stratum, cells.day - earliest + 1 AS number, cells.source_id, cells.day,
            cardinality(cells.origins) AS texts
        FROM trends.cells
        JOIN strata ON strata.source_id = cells.source_id AND strata.language = cells.language
        WHERE cells.taxonomy_id = version AND cells.about = 'topic' AND cells.about_id = ANY(topic_ids)
            AND cells.day >= earliest AND cells.day <= on_day
    ), propensities AS MATERIALIZED (
        SELECT topic_id, stratum, sum(texts)::float8 AS texts
        FROM said WHERE number < 57 GROUP BY topic_id, stratum
    ), general AS MATERIALIZED (
        SELECT
            topics.topic_id,
            (coalesce(sum(propensities.texts), 0) + 1) / ((SELECT coalesce(sum(texts), 0) FROM strata) + 1) AS share
        FROM unnest(topic_ids) AS topics (topic_id)
        LEFT JOIN propensities ON propensities.topic_id = topics.topic_id
        GROUP BY topics.topic_id
    ), exposed AS MATERIALIZED (
        SELECT
            strata.stratum, coverage.day - earliest + 1 AS number, coverage.texts,
            coverage.texts / (strata.texts + 10) AS pull, 1 / (strata.texts + 10) AS small
        FROM coverage
        JOIN graded ON graded.source_id = coverage.source_id AND graded.day = coverage.day
        JOIN strata ON strata.source_id = coverage.source_id AND strata.language = coverage.language
    ), grounds AS MATERIALIZED (
        SELECT
            GROUPING(b, c, k, l) AS part, coalesce(b, c, k, l, 0) AS place, number,
            sum(exposed.texts)::int AS texts,
            10 * sum(pull) AS plain
        FROM exposed
        JOIN strata USING (stratum)
        GROUP BY GROUPING SETS ((number), (number, b), (number, c), (number, k), (number, l))
    ), slices AS MATERIALIZED (
        SELECT part, place, (sum(texts) FILTER (WHERE number = 57))::int AS texts
        FROM grounds
        GROUP BY part, place
        HAVING sum(texts) FILTER (WHERE number = 57) > 0
            AND count(*) FILTER (WHERE number < 57) >= 14 AND sum(texts) FILTER (WHERE number < 57) >= 40
    ), parts AS (
        SELECT said.topic_id, said.stratum, said.number, said.texts AS seen, 0::float8 AS usual
        FROM said
        JOIN graded ON graded.source_id = said.source_id AND graded.day = said.day
        UNION ALL
        SELECT propensities.topic_id, exposed.stratum, exposed.number, 0, exposed.pull * propensities.texts
        FROM exposed
        JOIN propensities USING (stratum)
    ), lines AS MATERIALIZED (
        SELECT
            topic_id, GROUPING(b, c, k, l) AS part, coalesce(b, c, k, l, 0) AS place, number,
            sum(seen)::int AS seen,
            sum(usual) AS usual
        FROM parts
        JOIN strata USING (stratum)
        GROUP BY GROUPING SETS (
            (topic_id, number), (topic_id, number, b), (topic_id, number, c), (topic_id, number, k), (topic_id, number, l)
        )
    ), voices AS MATERIALIZED (
        -- What each source of a slice contributes to the day, of itself.
        SELECT
            topic_id, part, place, source_id, sum(seen)::int AS seen, sum(usual) AS usual,
            sum(wobble) AS wobble
        FROM (
            SELECT propensities.topic_id, exposed.stratum, 0 AS seen, exposed.pull * propensities.texts AS usual,
                exposed.pull * propensities.texts * exposed.texts * exposed.small AS wobble
            FROM exposed
            JOIN propensities USING (stratum)
            WHERE exposed.number = 57
            UNION ALL
            SELECT topic_id, stratum, texts, 0, 0 FROM said WHERE number = 57
        ) AS today
        JOIN strata USING (stratum)
        CROSS JOIN LATERAL (VALUES (15, 0), (7, b), (11, c), (13, k), (14, l)) AS slices (part, place)
        GROUP BY topic_id, part, place, source_id
    ), wobbles AS MATERIALIZED (
        SELECT topic_id, part, place, sum(wobble) AS wobble FROM voices GROUP BY topic_id, part, place
    ), pulls AS MATERIALIZED (
        -- The part of what is usual of each of them that is as of all.
        SELECT part, place, source_id, 10 * sum(pull) AS plain
        FROM exposed
        JOIN strata USING (stratum)
        CROSS JOIN LATERAL (VALUES (15, 0), (7, b), (11, c), (13, k), (14, l)) AS slices (part, place)
        WHERE exposed.number = 57
        GROUP BY part, place, source_id
    ), speakers AS MATERIALIZED (
        SELECT part, place, count(*)::int AS sources FROM pulls GROUP BY part, place
    ), series AS MATERIALIZED (
        SELECT
            general.topic_id, slices.part, slices.place, slices.texts,
            array_agg(coalesce(lines.seen, 0) ORDER BY calendar.number) AS seen,
            array_agg(CASE WHEN grounds.texts > 0 THEN coalesce(lines.usual, 0) + grounds.plain * general.share END
                ORDER BY calendar.number) AS usual
        FROM general
        CROSS JOIN slices
        CROSS JOIN generate_series(1, 57) AS calendar (number)
        LEFT JOIN grounds
            ON grounds.part = slices.part AND grounds.place = slices.place AND grounds.number = calendar.number
        LEFT JOIN lines
            ON lines.topic_id = general.topic_id AND lines.part = slices.part AND lines.place = slices.place
            AND lines.number = calendar.number
        GROUP BY general.topic_id, slices.part, slices.place, slices.texts
    ), drawn AS (
        -- One series in four is also judged with its day exchanged for one of the same weekday, drawn by the key.
        SELECT
            series.*, names.slice_kind, names.slice, coalesce(wobbles.wobble, 0) / usual[57] AS wobble,
            57 - 7 * (1 + draw.number / 4 % 8) AS other,
            draw.number % 4 = 0 AND usual[57 - 7 * (1 + draw.number / 4 % 8)] > 0 AS is_drawn
        FROM series
        JOIN names ON names.part = series.part AND names.place = series.place
        LEFT JOIN wobbles
            ON wobbles.topic_id = series.topic_id AND wobbles.part = series.part AND wobbles.place = series.place
        CROSS JOIN LATERAL (
            SELECT ('x' || left(md5(concat_ws(' ', series.topic_id, names.slice_kind, names.slice, on_day)), 7))::bit(28)::int AS number
        ) AS draw
    ), fitted AS MATERIALIZED (
        SELECT
            drawn.*,
            fit.days, fit.rate * usual[57] AS mean,
            fit.dispersion * (1 + fit.rate * wobble) + fit.rate * usual[57] * fit.doubt AS spread,
            again.rate * usual[other] AS other_mean,
            again.dispersion * (1 + again.rate * wobble) + again.rate * usual[other] * again.doubt AS other_spread
        FROM drawn
        CROSS JOIN LATERAL trends.baseline(seen, usual) AS fit
        CROSS JOIN LATERAL trends.baseline(
            CASE WHEN is_drawn THEN seen[: other - 1] || seen[57] || seen[other + 1 : 56] END,
            CASE WHEN is_drawn THEN usual[: other - 1] || usual[57] || usual[other + 1 : 56] END
        ) AS again
    ), judged AS (
        SELECT
            fitted.*,
            trends.count_tail(seen[57], mean, spread) AS high,
            trends.count_cdf(seen[57], mean, spread) AS low,
            trends.count_cdf(0, mean, spread) <= trends.burst_level() AS can_be_low,
            trends.count_tail(seen[other], other_mean, other_spread) AS other_high,
            trends.count_cdf(seen[other], other_mean, other_spread) AS other_low
        FROM fitted
    ), ranked AS (
        SELECT
            judged.*,
            count(*) OVER () * high / count(*) OVER (ORDER BY high) AS step_high,
            CASE WHEN can_be_low
                THEN count(*) OVER (PARTITION BY can_be_low) * low / count(*) OVER (PARTITION BY can_be_low ORDER BY low)
            END AS step_low
        FROM judged
    ), stood AS (
        SELECT
            ranked.*,
            least(min(step_high) OVER (ORDER BY high DESC), 1) AS adjusted_high,
            -- least() passes over nulls: those that cannot be low would have 1.
            CASE WHEN can_be_low THEN least(min(step_low) OVER (PARTITION BY can_be_low ORDER BY low DESC), 1) END AS adjusted_low
        FROM ranked
    ), odd AS MATERIALIZED (
        SELECT stood.topic_id, stood.part, stood.place, mean, mean / usual[57] AS rate, CASE WHEN high < low THEN 1 ELSE -1 END AS direction
        FROM stood
        JOIN speakers ON speakers.part = stood.part AND speakers.place = stood.place
        WHERE least(high, low) <= trends.burst_level() AND speakers.sources >= 3
    ), leads AS MATERIALIZED (
        SELECT DISTINCT ON (topic_id, part, place)
            topic_id, part, place, each.seen, greatest(each.mean - each.expected, each.mean / 1000) AS mean
        FROM (
            SELECT
                odd.topic_id, odd.part, odd.place, odd.mean, odd.direction, pulls.source_id, coalesce(voices.seen, 0) AS seen,
                odd.rate * (coalesce(voices.usual, 0) + pulls.plain * general.share) AS expected
            FROM odd
            JOIN general ON general.topic_id = odd.topic_id
            JOIN pulls ON pulls.part = odd.part AND pulls.place = odd.place
            LEFT JOIN voices
                ON voices.topic_id = odd.topic_id AND voices.part = odd.part AND voices.place = odd.place
                AND voices.source_id = pulls.source_id
        ) AS each
        ORDER BY topic_id, part, place, (each.seen - each.expected) * each.direction DESC, each.source_id
    )
    SELECT
        version, stood.topic_id, stood.slice_kind, stood.slice, on_day, stood.seen[57], stood.texts, speakers.sources, stood.days,
        stood.mean::real, stood.spread::real, stood.high, stood.low, stood.adjusted_high, stood.adjusted_low,
        CASE WHEN stood.high < stood.low
            THEN trends.count_tail(stood.seen[57] - leads.seen, leads.mean, stood.spread)
            ELSE trends.count_cdf(stood.seen[57] - leads.seen, leads.mean, stood.spread)
        END,
        stood.other_high, stood.other_low
    FROM stood
    JOIN speakers ON speakers.part = stood.part AND speakers.place = stood.place
    LEFT JOIN leads ON leads.topic_id = stood.topic_id AND leads.part = stood.part AND leads.place = stood.place;
END
$$;
COMMENT ON FUNCTION trends.test_day IS
    'Tests every topic in every slice that can be tested on a complete day, against the 56 days before. See trends.tests.';

CREATE FUNCTION trends.test_days(since date, until date) RETURNS TABLE (
    taxonomy_id integer, topic_id smallint, slice_kind text, slice text, day date, observed integer, texts integer,
    sources integer, days integer, expected real, dispersion real, p_high double precision, p_low double precision,
    q_high double precision, q_low double precision, p_without double precision, shuffled_high double precision,
    shuffled_low double precision
) LANGUAGE sql STABLE ROWS 60000
BEGIN ATOMIC
    SELECT tested.*
    FROM generate_series($1, least($2, trends.today() - 1), interval '1 day') AS calendar (day)
    CROSS JOIN LATERAL trends.test_day(calendar.day::date) AS tested;
END;
COMMENT ON FUNCTION trends.test_days IS 'The tests of these days, each as trends.test_day() makes it.';

-- Grain: one row a day whose kept tests are those of the moment asked about.
-- Reads: news.tested_days, news.dirty_tests, news.dirty_days. Read by: trends.tested.
-- They are if they were made by then and nothing that they rest on has changed since: whatever changes it marks the day, and a
-- day that is tested again says since when.
CREATE VIEW trends.tested_days AS
SELECT made.day, made.since
FROM news.tested_days AS made
WHERE made.taxonomy_id = (SELECT trends.version()) AND made.since <= coalesce((SELECT trends.as_of()), 'infinity')
    AND (
        (SELECT trends.as_of()) IS NULL
        OR (
            made.day NOT IN (SELECT waiting.day FROM news.dirty_tests AS waiting)
            AND NOT EXISTS (SELECT FROM news.dirty_days AS changed WHERE changed.day <= made.day AND changed.day >= made.day - 56)
        )
    );

COMMENT ON VIEW trends.tested_days IS 'Days that were tested and, asked as of an earlier moment, whose tests rest on nothing that has changed since. One row a UTC day.';
COMMENT ON COLUMN trends.tested_days.day IS 'UTC day of publication, complete.';
COMMENT ON COLUMN trends.tested_days.since IS 'When it was last tested.';

-- Grain: one row a topic, slice and day that could be tested.
-- Reads: news.tests, trends.tested_days, trends.test_day(). Read by: trends.tests, trends.bursts, trends.drops,
-- trends.backtest.
-- The day is that of the calendar, not the one the test says: a condition on it then tests no other days.
CREATE VIEW trends.tested AS
SELECT
    taxonomy_id, topic_id, slice_kind, slice, day, observed, texts, sources, days, expected, dispersion,
    p_high, p_low, q_high, q_low, p_without, shuffled_high, shuffled_low
FROM news.tests
WHERE taxonomy_id = (SELECT trends.version())
    AND ((SELECT trends.as_of()) IS NULL OR day IN (SELECT tested_days.day FROM trends.tested_days))
UNION ALL
SELECT
    tested.taxonomy_id, tested.topic_id, tested.slice_kind, tested.slice, days.day, tested.observed, tested.texts, tested.sources,
    tested.days, tested.expected, tested.dispersion, tested.p_high, tested.p_low, tested.q_high, tested.q_low,
    tested.p_without, tested.shuffled_high, tested.shuffled_low
FROM (
    SELECT calendar.day::date AS day
    FROM generate_series((SELECT min(day) FROM news.source_days), trends.today() - 1, interval '1 day') AS calendar (day)
) AS days
CROSS JOIN LATERAL trends.test_day(days.day) AS tested
WHERE (SELECT trends.as_of()) IS NOT NULL AND days.day NOT IN (SELECT tested_days.day FROM trends.tested_days);

COMMENT ON VIEW trends.tested IS 'The tests that could be made, with the numbers they rest on. As of an earlier moment ask for the days you mean: those on which something has changed since are tested anew. One row a topic, slice and day.';
COMMENT ON COLUMN trends.tested.taxonomy_id IS 'Version of the taxonomy.';
COMMENT ON COLUMN trends.tested.topic_id IS 'Key into news.topics.';
COMMENT ON COLUMN trends.tested.slice_kind IS 'all, bloc, country, language or kind.';
COMMENT ON COLUMN trends.tested.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.tested.day IS 'UTC day of publication, complete.';
COMMENT ON COLUMN trends.tested.observed IS 'Texts on the topic from the panel: sources graded ok that day, each text once a source.';
COMMENT ON COLUMN trends.tested.texts IS 'Texts of the panel on whatever subject.';
COMMENT ON COLUMN trends.tested.sources IS 'Sources of the panel.';
COMMENT ON COLUMN trends.tested.days IS 'Days among the 56 before that it is compared with.';
COMMENT ON COLUMN trends.tested.expected IS 'Texts on the topic to be expected of this panel on such a weekday.';
COMMENT ON COLUMN trends.tested.dispersion IS 'Variance / mean of that prediction, its own uncertainty included; 1 or more.';
COMMENT ON COLUMN trends.tested.p_high IS 'Probability of so many or more if nothing were up.';
COMMENT ON COLUMN trends.tested.p_low IS 'Probability of so few or fewer if nothing were up.';
COMMENT ON COLUMN trends.tested.q_high IS 'The part of false ones among the tests of that day with p_high as low as this.';
COMMENT ON COLUMN trends.tested.q_low IS 'The same for p_low, among the tests where none at all would be remarkable; else null.';
COMMENT ON COLUMN trends.tested.p_without IS 'p without the source that adds most to it; null where there are fewer than 3, or where neither p is below 0.05.';
COMMENT ON COLUMN trends.tested.shuffled_high IS 'p_high with a day of the same weekday, drawn by lot, in the place of this one; of one series in four.';
COMMENT ON COLUMN trends.tested.shuffled_low IS 'p_low of the same.';

-- Grain: one row a topic, slice (not of sources) and complete day.
-- Reads: trends.topics, trends.slice_days, trends.tested. Read by: analysts, models/signals.py.
CREATE VIEW trends.tests AS
SELECT
    topics.topic,
    slices.slice_kind,
    slices.slice,
    slices.day,
    tested.observed,
    tested.expected::float8 AS expected,
    CASE WHEN tested.expected > 0 THEN tested.observed / tested.expected::float8 END AS ratio,
    tested.p_high,
    tested.p_low,
    tested.q_high,
    tested.q_low,
    tested.p_without,
    tested.dispersion,
    tested.texts,
    tested.sources,
    tested.days,
    slices.grade,
    slices.completeness,
    CASE
        WHEN tested.day IS NOT NULL THEN NULL
        WHEN slices.reason IS NOT NULL THEN slices.reason
        WHEN slices.ok = 0 THEN 'none of its sources was complete'
        ELSE 'too little history to compare with'
    END AS reason
FROM trends.topics
CROSS JOIN trends.slice_days AS slices
LEFT JOIN trends.tested
    ON tested.topic_id = topics.topic_id AND tested.day = slices.day
    AND tested.slice_kind = slices.slice_kind AND tested.slice = slices.slice AND slices.grade <> 'dark'
WHERE slices.slice_kind <> 'source' AND slices.complete;

COMMENT ON VIEW trends.tests IS 'Whether a topic got more or less than usual: every topic, slice and complete day, against the 56 days before. One row a topic, slice and day, gaps included.';
COMMENT ON COLUMN trends.tests.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.tests.slice_kind IS 'all, bloc, country, language or kind.';
COMMENT ON COLUMN trends.tests.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.tests.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.tests.observed IS 'Texts on the topic from the panel: sources graded ok that day, each text once a source.';
COMMENT ON COLUMN trends.tests.expected IS 'Texts on the topic to be expected of this panel on such a weekday.';
COMMENT ON COLUMN trends.tests.ratio IS 'observed / expected.';
COMMENT ON COLUMN trends.tests.p_high IS 'Probability of so many or more if nothing were up.';
COMMENT ON COLUMN trends.tests.p_low IS 'Probability of so few or fewer if nothing were up.';
COMMENT ON COLUMN trends.tests.q_high IS 'The part of false ones among the tests of that day with p_high as low as this.';
COMMENT ON COLUMN trends.tests.q_low IS 'The same for p_low, among the tests where none at all would be remarkable; else null.';
COMMENT ON COLUMN trends.tests.p_without IS 'p without the source that adds most to it; null where there are fewer than 3, or where neither p is below 0.05.';
COMMENT ON COLUMN trends.tests.dispersion IS 'Variance / mean of the prediction, its own uncertainty included; 1 or more.';
COMMENT ON COLUMN trends.tests.texts IS 'Texts of the panel on whatever subject.';
COMMENT ON COLUMN trends.tests.sources IS 'Sources of the panel.';
COMMENT ON COLUMN trends.tests.days IS 'Days among the 56 before that it is compared with.';
COMMENT ON COLUMN trends.tests.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.tests.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.tests.reason IS 'Why it could not be tested; null when it was.';
