-- The last 72 hours, hour by hour of publication, against the 28 days before them, for all and by bloc. The panel are the
-- sources graded ok on half of those 28 days or more; what is usual follows from what each of them published in the hour
-- and from its propensity to the topic (as in trends.test_day()), so that the rhythm of the day is in it. The scatter is that
-- of the slice's last test by day, which is no smaller. Articles whose date names a day and no time (trends.is_day_only())
-- are left out.

-- Grain: one row a topic, slice (all, bloc) and hour with coverage.
-- Reads: trends.article_facts, trends.tagging_facts, trends.source_days, news.cube, trends.tested, trends.topics.
-- Read by: analysts.
-- Cells of the present are added up by themselves, and those of the past put together from its articles, without going through
-- trends.cells: that makes lists of texts which are only counted here.
CREATE VIEW trends.burst_hours AS
WITH bounds AS MATERIALIZED (
    SELECT
        date_trunc('hour', trends.moment(), 'UTC') - interval '72 hours' AS since,
        date_trunc('hour', trends.moment(), 'UTC') AS until,
        trends.today() - 4 AS last_day
), panel AS MATERIALIZED (
    SELECT known.source_id, known.bloc, known.country
    FROM trends.source_days AS known
    WHERE known.day > (SELECT last_day - 28 FROM bounds) AND known.day <= (SELECT last_day FROM bounds) AND known.grade = 'ok'
    GROUP BY known.source_id, known.bloc, known.country
    HAVING count(*) >= 14
), subjects AS MATERIALIZED (
    SELECT topic_id, topic FROM trends.topics
), earlier AS MATERIALIZED (
    SELECT facts.source_id, facts.day, facts.language, facts.origin_id, said.topic_ids
    FROM trends.article_facts AS facts
    LEFT JOIN LATERAL (
        SELECT topic_ids FROM trends.tagging_facts WHERE tagging_facts.article_id = facts.article_id OFFSET 0
    ) AS said ON true
    WHERE (SELECT trends.as_of()) IS NOT NULL
        AND facts.day > (SELECT last_day - 28 FROM bounds) AND facts.day <= (SELECT last_day FROM bounds)
), told AS MATERIALIZED (
    SELECT about_id AS topic_id, source_id, sum(cardinality(origins))::float8 AS texts
    FROM news.cube
    WHERE (SELECT trends.as_of()) IS NULL
        AND taxonomy_id = (SELECT trends.version()) AND about = 'topic' AND about_id = ANY(ARRAY(SELECT topic_id FROM subjects))
        AND day > (SELECT last_day - 28 FROM bounds) AND day <= (SELECT last_day FROM bounds)
    GROUP BY about_id, source_id
    UNION ALL
    SELECT topic_id, source_id, count(*)::float8
    FROM (
        SELECT DISTINCT topic.id AS topic_id, source_id, day, language, origin_id
        FROM earlier
        CROSS JOIN LATERAL unnest(topic_ids) AS topic (id)
        WHERE topic.id = ANY(ARRAY(SELECT topic_id FROM subjects))
    ) AS texts
    GROUP BY topic_id, source_id
), covered AS MATERIALIZED (
    SELECT source_id, sum(cardinality(origins))::float8 AS texts
    FROM news.cube
    WHERE (SELECT trends.as_of()) IS NULL AND taxonomy_id = 0 AND about = 'coverage' AND about_id = 0
        AND day > (SELECT last_day - 28 FROM bounds) AND day <= (SELECT last_day FROM bounds)
    GROUP BY source_id
    HAVING sum(cardinality(origins)) >= 7
    UNION ALL
    SELECT source_id, count(*)::float8
    FROM (SELECT DISTINCT source_id, day, language, origin_id FROM earlier) AS texts
    GROUP BY source_id
    HAVING count(*) >= 7
), heard AS MATERIALIZED (
    SELECT panel.source_id, panel.bloc, panel.country, covered.texts
    FROM covered
    JOIN panel ON panel.source_id = covered.source_id
), general AS MATERIALIZED (
    SELECT subjects.topic_id, (coalesce(own.texts, 0) + 1) / ((SELECT coalesce(sum(texts), 0) FROM heard) + 1) AS share
    FROM subjects
    LEFT JOIN (
        SELECT topic_id, sum(texts) AS texts FROM told WHERE source_id IN (SELECT source_id FROM heard) GROUP BY topic_id
    ) AS own ON own.topic_id = subjects.topic_id
), written AS MATERIALIZED (
    SELECT DISTINCT
        facts.source_id, heard.bloc, heard.texts AS known, date_trunc('hour', facts.published_at, 'UTC') AS hour, facts.origin_id,
        said.topic_ids
    FROM trends.article_facts AS facts
    JOIN heard ON heard.source_id = facts.source_id
    LEFT JOIN LATERAL (
        SELECT topic_ids FROM trends.tagging_facts WHERE tagging_facts.article_id = facts.article_id OFFSET 0
    ) AS said ON true
    WHERE facts.day >= (SELECT (since AT TIME ZONE 'UTC')::date FROM bounds)
        AND facts.day <= (SELECT (until AT TIME ZONE 'UTC')::date FROM bounds)
        AND facts.published_at >= (SELECT since FROM bounds) AND facts.published_at < (SELECT until FROM bounds)
        AND NOT trends.is_day_only(facts.published_at, heard.country, facts.language)
), hours AS MATERIALIZED (
    SELECT
        source_id, bloc, hour, count(DISTINCT origin_id)::int AS texts,
        count(DISTINCT origin_id) / (known + 10) AS pull
    FROM written
    GROUP BY source_id, bloc, known, hour
), parts AS (
    -- Brought together by grouping, not by joins: what is usual of all, what each source adds to it, what was seen.
    SELECT general.topic_id, grounds.bloc, grounds.hour, 0::bigint AS seen, grounds.coverage, 10 * grounds.pull * general.share AS usual
    FROM (SELECT bloc, hour, sum(texts) AS coverage, sum(pull) AS pull FROM hours GROUP BY bloc, hour) AS grounds
    CROSS JOIN general
    UNION ALL
    SELECT told.topic_id, hours.bloc, hours.hour, 0, 0, hours.pull * told.texts
    FROM hours
    JOIN told ON told.source_id = hours.source_id
    UNION ALL
    SELECT topic.id, written.bloc, written.hour, count(DISTINCT (written.source_id, written.origin_id)), 0, 0
    FROM written
    CROSS JOIN LATERAL unnest(written.topic_ids) AS topic (id)
    GROUP BY topic.id, written.bloc, written.hour
), lines AS (
    SELECT
        topic_id, hour,
        CASE WHEN GROUPING(bloc) = 0 THEN 'bloc' ELSE 'all' END AS slice_kind,
        coalesce(bloc, '') AS slice,
        sum(seen)::int AS observed,
        sum(coverage)::int AS coverage,
        sum(usual) AS expected
    FROM (
        -- A fifth of the rows go into the two ways of grouping that follow.
        SELECT topic_id, bloc, hour, sum(seen) AS seen, sum(coverage) AS coverage, sum(usual) AS usual
        FROM parts
        GROUP BY topic_id, bloc, hour
    ) AS brought
    GROUP BY GROUPING SETS ((topic_id, hour), (topic_id, hour, bloc))
), scatter AS MATERIALIZED (
    SELECT DISTINCT ON (tested.topic_id, tested.slice_kind, tested.slice)
        tested.topic_id, tested.slice_kind, tested.slice, tested.dispersion
    FROM trends.tested
    WHERE tested.day >= (SELECT last_day - 3 FROM bounds) AND tested.slice_kind IN ('all', 'bloc')
    ORDER BY tested.topic_id, tested.slice_kind, tested.slice, tested.day DESC
)
SELECT
    subjects.topic,
    lines.slice_kind,
    lines.slice,
    lines.hour,
    lines.observed,
    lines.expected,
    lines.observed / lines.expected AS ratio,
    trends.count_tail(lines.observed, lines.expected, scatter.dispersion) AS p_high,
    CASE WHEN lines.expected > 2 THEN trends.count_cdf(lines.observed, lines.expected, scatter.dispersion) END AS p_low,
    lines.coverage,
    scatter.dispersion::float8 AS dispersion
FROM lines
JOIN subjects ON subjects.topic_id = lines.topic_id
JOIN scatter ON scatter.topic_id = lines.topic_id AND scatter.slice_kind = lines.slice_kind AND scatter.slice = lines.slice;

COMMENT ON VIEW trends.burst_hours IS 'The last 72 hours by hour of publication, against what the same sources usually write of each topic. One row a topic, slice (all, bloc) and hour with coverage.';
COMMENT ON COLUMN trends.burst_hours.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.burst_hours.slice_kind IS 'all or bloc.';
COMMENT ON COLUMN trends.burst_hours.slice IS 'Which bloc; empty for all.';
COMMENT ON COLUMN trends.burst_hours.hour IS 'Start of the hour of publication, UTC.';
COMMENT ON COLUMN trends.burst_hours.observed IS 'Texts on the topic from the panel, each once a source and hour; those dated by day only left out.';
COMMENT ON COLUMN trends.burst_hours.expected IS 'Texts on the topic to be expected of so much coverage by these sources.';
COMMENT ON COLUMN trends.burst_hours.ratio IS 'observed / expected.';
COMMENT ON COLUMN trends.burst_hours.p_high IS 'Probability of so many or more if nothing were up; no false-discovery control: mind that there are hundreds of hours.';
COMMENT ON COLUMN trends.burst_hours.p_low IS 'Probability of so few or fewer; null where 2 or fewer are expected.';
COMMENT ON COLUMN trends.burst_hours.coverage IS 'Texts of the panel in that hour, on whatever subject.';
COMMENT ON COLUMN trends.burst_hours.dispersion IS 'Variance / mean, of the last test by day of that topic and slice.';
