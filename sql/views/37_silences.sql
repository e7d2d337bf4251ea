-- Topics that a source or bloc normally covers, and whether it still does.
--
-- What is normal is its own: over the 84 days that ended 28 days ago, articles on the topic / all its articles, on days on
-- which it was graded ok. What it would have published on the topic in the last 7, 14 or 28 complete days is that rate times
-- all it did publish on those of them that were graded ok. p_low is the chance of so few or fewer, by the negative binomial
-- distribution (trends.count_cdf) with the dispersion of its own days. Days on which its feeds failed, were not asked or not
-- yet watched are on neither side, so that they are never counted as silence.

-- Grain: one row a topic and source or bloc that wrote on it in the 84 days that ended 28 days ago.
-- Reads: trends.topics, trends.counts. Read by: trends.habits, sql/queries/habits_count.sql, sql/checks.
-- As days are added up: three quarters of all that silences rest on.
CREATE VIEW trends.counted_habits AS
SELECT
    topics.taxonomy_id,
    topics.topic_id,
    kinds.slice_kind,
    own.slice,
    (SELECT trends.today() - 28) AS ends_before,
    own.articles,
    own.squares,
    own.last_on
FROM trends.topics
CROSS JOIN (VALUES ('source'), ('bloc')) AS kinds (slice_kind)
CROSS JOIN LATERAL (
    SELECT
        slice,
        coalesce(sum(comparable), 0)::int AS articles,
        coalesce(sum(comparable::bigint * comparable), 0)::bigint AS squares,
        max(starts_on) AS last_on
    FROM trends.counts
    WHERE taxonomy_id = topics.taxonomy_id AND about = 'topic' AND about_id = topics.topic_id
        AND slice_kind = kinds.slice_kind AND grain = 'day'
        AND starts_on >= (SELECT trends.today() - 112) AND starts_on < (SELECT trends.today() - 28)
    GROUP BY slice
) AS own;

COMMENT ON VIEW trends.counted_habits IS 'What trends.habits holds, counted anew from every day. One row a topic and source or bloc that wrote on it in the 84 days that ended 28 days ago.';
COMMENT ON COLUMN trends.counted_habits.taxonomy_id IS 'Version of the taxonomy (join trends.topics on it and topic_id).';
COMMENT ON COLUMN trends.counted_habits.topic_id IS 'Which topic (news.topics).';
COMMENT ON COLUMN trends.counted_habits.slice_kind IS 'source or bloc.';
COMMENT ON COLUMN trends.counted_habits.slice IS 'Which one.';
COMMENT ON COLUMN trends.counted_habits.ends_before IS 'The first day after those 84: 28 days ago.';
COMMENT ON COLUMN trends.counted_habits.articles IS 'Its articles on the topic in that time, of days on which it was graded ok (a bloc: of its sources that were).';
COMMENT ON COLUMN trends.counted_habits.squares IS 'Sum over those days of the square of its articles on the topic.';
COMMENT ON COLUMN trends.counted_habits.last_on IS 'Its last day in that time with an article on the topic.';

CREATE FUNCTION trends.habits_stand() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN trends.as_of() IS NULL AND EXISTS (
    SELECT FROM news.habits WHERE taxonomy_id = trends.version() AND ends_before = trends.today() - 28
);
COMMENT ON FUNCTION trends.habits_stand IS
    'Whether news.habits has what is normal at the moment that views speak of: of the present, once today has been rolled up.';

-- Grain: one row a topic and source or bloc that wrote on it in the 84 days that ended 28 days ago.
-- Reads: news.habits; where they do not stand, trends.counted_habits. Read by: trends.silences, analysts.
CREATE VIEW trends.habits AS
SELECT taxonomy_id, topic_id, slice_kind, slice, ends_before, articles, squares, last_on
FROM news.habits
WHERE (SELECT trends.habits_stand()) AND taxonomy_id = (SELECT trends.version())
UNION ALL
SELECT taxonomy_id, topic_id, slice_kind, slice, ends_before, articles, squares, last_on
FROM trends.counted_habits
WHERE NOT (SELECT trends.habits_stand());

COMMENT ON VIEW trends.habits IS 'How much sources and blocs normally write on a topic. One row a topic and source or bloc that wrote on it in the 84 days that ended 28 days ago.';
COMMENT ON COLUMN trends.habits.taxonomy_id IS 'Version of the taxonomy (join trends.topics on it and topic_id).';
COMMENT ON COLUMN trends.habits.topic_id IS 'Which topic (news.topics).';
COMMENT ON COLUMN trends.habits.slice_kind IS 'source or bloc.';
COMMENT ON COLUMN trends.habits.slice IS 'Which one.';
COMMENT ON COLUMN trends.habits.ends_before IS 'The first day after those 84: 28 days ago.';
COMMENT ON COLUMN trends.habits.articles IS 'Its articles on the topic in that time, of days on which it was graded ok (a bloc: of its sources that were).';
COMMENT ON COLUMN trends.habits.squares IS 'Sum over those days of the square of its articles on the topic.';
COMMENT ON COLUMN trends.habits.last_on IS 'Its last day in that time with an article on the topic.';

-- Grain: one row a topic, window (7, 14 or 28 days) and source or bloc that normally covers the topic: on at least 4 articles
-- of 28 graded days.
-- Reads: trends.topics, trends.habits, trends.counts, trends.slice_coverage, trends.source_facts.
-- Read by: analysts, models/diffusion.py.
-- What was counted of a topic is read once, and serves the sources as well as what a bloc is expected to write by them.
-- Days graded are looked up by slice, which spares sorting them.
CREATE VIEW trends.silences AS
WITH covered AS MATERIALIZED (
    SELECT
        written.slice_kind,
        written.slice,
        written.before,
        coalesce(written.coverage_7, CASE WHEN heard.days_7 > 0 THEN 0 END) AS coverage_7,
        coalesce(written.coverage_14, CASE WHEN heard.days_14 > 0 THEN 0 END) AS coverage_14,
        coalesce(written.coverage_28, CASE WHEN heard.days_28 > 0 THEN 0 END) AS coverage_28,
        heard.days_before,
        heard.days_7,
        heard.days_14,
        heard.days_28,
        (SELECT trends.today()) - heard.last_on AS last_ago
    FROM (
        SELECT
            kinds.slice_kind,
            own.*
        FROM (VALUES ('source'), ('bloc')) AS kinds (slice_kind)
        CROSS JOIN LATERAL (
            SELECT
                slice,
                sum(comparable) FILTER (WHERE starts_on < (SELECT trends.today() - 28)) AS before,
                sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 7)) AS coverage_7,
                sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 14)) AS coverage_14,
                sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 28)) AS coverage_28
            FROM trends.counts
            WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND slice_kind = kinds.slice_kind AND grain = 'day'
                AND starts_on >= trends.today() - 112 AND starts_on < trends.today()
            GROUP BY slice
        ) AS own
    ) AS written
    CROSS JOIN LATERAL (
        SELECT
            count(*) FILTER (WHERE day < (SELECT trends.today() - 28)) AS days_before,
            count(*) FILTER (WHERE day >= (SELECT trends.today() - 7)) AS days_7,
            count(*) FILTER (WHERE day >= (SELECT trends.today() - 14)) AS days_14,
            count(*) FILTER (WHERE day >= (SELECT trends.today() - 28)) AS days_28,
            max(day) AS last_on
        FROM trends.slice_coverage
        WHERE slice_kind = written.slice_kind AND slice = written.slice
            AND day >= (SELECT trends.today() - 112) AND day < (SELECT trends.today())
            AND trends.slice_grade(expected, expected_ok) IN ('ok', 'thin')
    ) AS heard
    WHERE written.before > 0 AND heard.days_before >= 28
)
SELECT
    topics.topic,
    windows.days,
    said.slice_kind,
    said.slice,
    told.articles::int AS articles,
    judged.expected,
    CASE
        WHEN judged.reason IS NULL AND told.articles < judged.expected
            THEN trends.count_cdf(told.articles::int, judged.expected, said.dispersion)
    END AS p_low,
    judged.reason IS NULL AND told.articles = 0
        AND trends.count_cdf(0, judged.expected, said.dispersion) < 0.01 AS silent,
    said.last_on,
    (SELECT trends.today()) - said.last_on AS days_since,
    told.coverage::int AS coverage,
    told.complete_days::int AS complete_days,
    said.normal_share,
    said.before::int AS normal_articles,
    said.days_before::int AS normal_days,
    said.dispersion,
    judged.reason
FROM trends.topics
CROSS JOIN LATERAL (
    WITH own AS MATERIALIZED (
        SELECT
            kinds.slice_kind, written.*, covered.days_before, covered.coverage_7, covered.coverage_14, covered.coverage_28,
            covered.days_7, covered.days_14, covered.days_28, covered.last_ago,
            written.before::float8 / covered.before AS normal_share
        FROM (VALUES ('source'), ('bloc')) AS kinds (slice_kind)
        CROSS JOIN LATERAL (
            SELECT
                slice,
                max(before) AS before,
                max(squares) AS squares,
                coalesce(sum(articles) FILTER (WHERE day >= (SELECT trends.today() - 7)), 0) AS articles_7,
                coalesce(sum(articles) FILTER (WHERE day >= (SELECT trends.today() - 14)), 0) AS articles_14,
                coalesce(sum(articles), 0) AS articles_28,
                max(day) AS last_on
            FROM (
                SELECT slice, last_on AS day, articles AS before, squares, NULL::integer AS articles
                FROM trends.habits
                WHERE taxonomy_id = topics.taxonomy_id AND topic_id = topics.topic_id AND slice_kind = kinds.slice_kind
                UNION ALL
                SELECT slice, starts_on, NULL, NULL, comparable
                FROM trends.counts
                WHERE taxonomy_id = topics.taxonomy_id AND about = 'topic' AND about_id = topics.topic_id
                    AND slice_kind = kinds.slice_kind AND grain = 'day'
                    AND starts_on >= trends.today() - 28 AND starts_on <= trends.today()
            ) AS each
            GROUP BY slice
        ) AS written
        JOIN covered ON covered.slice_kind = kinds.slice_kind AND covered.slice = written.slice
    ), of_sources AS MATERIALIZED (
        SELECT
            sources.bloc,
            sum(own.normal_share * coalesce(own.coverage_7, 0)) AS expected_7,
            sum(own.normal_share * coalesce(own.coverage_14, 0)) AS expected_14,
            sum(own.normal_share * coalesce(own.coverage_28, 0)) AS expected_28
        FROM own
        JOIN trends.source_facts AS sources ON sources.source = own.slice
        WHERE own.slice_kind = 'source'
        GROUP BY sources.bloc
    )
    SELECT
        own.*, of_sources.expected_7, of_sources.expected_14, of_sources.expected_28,
        greatest(
            1,
            (own.squares - own.before::float8 * own.before / own.days_before) / (own.days_before - 1)
            / (own.before::float8 / own.days_before)
        ) AS dispersion
    FROM own
    LEFT JOIN of_sources ON own.slice_kind = 'bloc' AND of_sources.bloc = own.slice
    WHERE own.before >= 4
) AS said
CROSS JOIN (VALUES (7), (14), (28)) AS windows (days)
CROSS JOIN LATERAL (
    SELECT
        CASE windows.days WHEN 7 THEN said.articles_7 WHEN 14 THEN said.articles_14 ELSE said.articles_28 END AS articles,
        CASE windows.days WHEN 7 THEN said.coverage_7 WHEN 14 THEN said.coverage_14 ELSE said.coverage_28 END AS coverage,
        CASE windows.days WHEN 7 THEN said.days_7 WHEN 14 THEN said.days_14 ELSE said.days_28 END AS complete_days,
        CASE windows.days WHEN 7 THEN said.expected_7 WHEN 14 THEN said.expected_14 ELSE said.expected_28 END AS expected_of_sources
) AS told
CROSS JOIN LATERAL (
    SELECT
        CASE said.slice_kind
            WHEN 'bloc' THEN coalesce(told.expected_of_sources, 0)
            ELSE said.normal_share * coalesce(told.coverage, 0)
        END AS expected,
        CASE
            WHEN 2 * told.complete_days < windows.days THEN
                format('only %s of %s days were complete', told.complete_days, windows.days)
            WHEN said.last_ago > 2 THEN format('none of the last %s days was complete', said.last_ago - 1)
        END AS reason
) AS judged;

COMMENT ON VIEW trends.silences IS 'Topics that a source or bloc normally covers, and whether it still does while it is otherwise healthy: the silence index. One row a topic, window and source or bloc that normally covers the topic.';
COMMENT ON COLUMN trends.silences.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.silences.days IS 'Complete days that are judged: the last 7, 14 or 28 before today.';
COMMENT ON COLUMN trends.silences.slice_kind IS 'source or bloc.';
COMMENT ON COLUMN trends.silences.slice IS 'Which one.';
COMMENT ON COLUMN trends.silences.articles IS 'Articles on the topic on those of the days that were complete.';
COMMENT ON COLUMN trends.silences.expected IS 'What it would have published on the topic by its own habit: normal_share * coverage; of a bloc, the sum of that over its sources.';
COMMENT ON COLUMN trends.silences.p_low IS 'Chance of so few or fewer; null where it published no less than expected, or reason says why it is not judged.';
COMMENT ON COLUMN trends.silences.silent IS 'Whether it published nothing on the topic where chance would do that on fewer than 1 occasion in 100.';
COMMENT ON COLUMN trends.silences.last_on IS 'Its last day with an article on the topic, within 112 days.';
COMMENT ON COLUMN trends.silences.days_since IS 'Days since then.';
COMMENT ON COLUMN trends.silences.coverage IS 'All its articles on the complete days, on whatever subject.';
COMMENT ON COLUMN trends.silences.complete_days IS 'Days on which it was graded ok (a bloc: ok or thin); the others are on neither side.';
COMMENT ON COLUMN trends.silences.normal_share IS 'Part of its articles that was on the topic in the 84 days that ended 28 days ago, complete days only.';
COMMENT ON COLUMN trends.silences.normal_articles IS 'Its articles on the topic in that time.';
COMMENT ON COLUMN trends.silences.normal_days IS 'Complete days in that time.';
COMMENT ON COLUMN trends.silences.dispersion IS 'Variance of its days on the topic / their mean in that time, at least 1.';
COMMENT ON COLUMN trends.silences.reason IS 'Why it is not judged: its feeds did not bring enough complete days.';
