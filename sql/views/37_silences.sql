-- Topics that a source or bloc normally covers, and whether it still does.
--
-- What is normal is its own: over the 84 days that ended 28 days ago, articles on the topic / all its articles, on days on
-- which it was graded ok. What it would have published on the topic in the last 7, 14 or 28 complete days is that rate times
-- all it did publish on those of them that were graded ok. p_low is the chance of so few or fewer, by the negative binomial
-- distribution (trends.count_cdf) with the dispersion of its own days. Days on which its feeds failed, were not asked or not
-- yet watched are on neither side, so that they are never counted as silence.

-- Grain: one row a topic, window (7, 14 or 28 days) and source or bloc that normally covers the topic: on at least 4 articles
-- of 28 graded days.
-- Reads: trends.topics, trends.counts, trends.slice_coverage, trends.source_facts. Read by: analysts, models/diffusion.py.
-- What was counted of a topic is read once, and serves the sources as well as what a bloc is expected to write by them.
CREATE VIEW trends.silences AS
WITH covered AS MATERIALIZED (
    SELECT
        kinds.slice_kind,
        sides.slice,
        max(before) AS before,
        coalesce(max(coverage_7), CASE WHEN max(days_7) > 0 THEN 0 END) AS coverage_7,
        coalesce(max(coverage_14), CASE WHEN max(days_14) > 0 THEN 0 END) AS coverage_14,
        coalesce(max(coverage_28), CASE WHEN max(days_28) > 0 THEN 0 END) AS coverage_28,
        max(days_before) AS days_before,
        coalesce(max(days_7), 0) AS days_7,
        coalesce(max(days_14), 0) AS days_14,
        coalesce(max(days_28), 0) AS days_28,
        (SELECT trends.today()) - max(last_on) AS last_ago,
        max(days_before) >= 28 AND max(before) > 0 AS is_known
    FROM (VALUES ('source'), ('bloc')) AS kinds (slice_kind)
    CROSS JOIN LATERAL (
        SELECT
            slice,
            sum(comparable) FILTER (WHERE starts_on < (SELECT trends.today() - 28)) AS before,
            sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 7)) AS coverage_7,
            sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 14)) AS coverage_14,
            sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 28)) AS coverage_28,
            NULL::bigint AS days_before, NULL::bigint AS days_7, NULL::bigint AS days_14, NULL::bigint AS days_28,
            NULL::date AS last_on
        FROM trends.counts
        WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND slice_kind = kinds.slice_kind AND grain = 'day'
            AND starts_on >= (SELECT trends.today() - 112) AND starts_on < (SELECT trends.today())
        GROUP BY slice
        UNION ALL
        SELECT
            slice, NULL, NULL, NULL, NULL,
            count(*) FILTER (WHERE day < (SELECT trends.today() - 28)),
            count(*) FILTER (WHERE day >= (SELECT trends.today() - 7)),
            count(*) FILTER (WHERE day >= (SELECT trends.today() - 14)),
            count(*) FILTER (WHERE day >= (SELECT trends.today() - 28)),
            max(day)
        FROM trends.slice_coverage
        WHERE slice_kind = kinds.slice_kind
            AND day >= (SELECT trends.today() - 112) AND day < (SELECT trends.today())
            AND trends.slice_grade(expected, expected_ok) IN ('ok', 'thin')
        GROUP BY slice
    ) AS sides
    GROUP BY kinds.slice_kind, sides.slice
)
SELECT
    topics.topic,
    windows.days,
    said.slice_kind,
    said.slice,
    windows.articles::int AS articles,
    judged.expected,
    CASE
        WHEN judged.reason IS NULL AND windows.articles < judged.expected
            THEN trends.count_cdf(windows.articles::int, judged.expected, judged.dispersion)
    END AS p_low,
    judged.reason IS NULL AND windows.articles = 0
        AND trends.count_cdf(0, judged.expected, judged.dispersion) < 0.01 AS silent,
    said.last_on,
    (SELECT trends.today()) - said.last_on AS days_since,
    windows.coverage::int AS coverage,
    windows.complete_days::int AS complete_days,
    said.before::float8 / said.coverage_before AS normal_share,
    said.before::int AS normal_articles,
    said.days_before::int AS normal_days,
    judged.dispersion,
    judged.reason
FROM trends.topics
CROSS JOIN LATERAL (
    WITH habits AS MATERIALIZED (
        SELECT kinds.slice_kind, own.*
        FROM (VALUES ('source'), ('bloc')) AS kinds (slice_kind)
        CROSS JOIN LATERAL (
            SELECT
                slice,
                sum(comparable) FILTER (WHERE starts_on < (SELECT trends.today() - 28)) AS before,
                sum(comparable::float8 * comparable) FILTER (WHERE starts_on < (SELECT trends.today() - 28)) AS squares,
                coalesce(sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 7)), 0) AS articles_7,
                coalesce(sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 14)), 0) AS articles_14,
                coalesce(sum(comparable) FILTER (WHERE starts_on >= (SELECT trends.today() - 28)), 0) AS articles_28,
                max(starts_on) AS last_on
            FROM trends.counts
            WHERE taxonomy_id = topics.taxonomy_id AND about = 'topic' AND about_id = topics.topic_id
                AND slice_kind = kinds.slice_kind AND grain = 'day'
                AND starts_on >= (SELECT trends.today() - 112) AND starts_on <= (SELECT trends.today())
            GROUP BY slice
        ) AS own
    ), own AS MATERIALIZED (
        SELECT
            habits.*, covered.before AS coverage_before, covered.days_before, covered.coverage_7, covered.coverage_14,
            covered.coverage_28, covered.days_7, covered.days_14, covered.days_28, covered.last_ago
        FROM habits
        JOIN covered USING (slice_kind, slice)
        WHERE covered.is_known
    ), of_sources AS MATERIALIZED (
        SELECT
            sources.bloc,
            sum(own.before::float8 / own.coverage_before * coalesce(own.coverage_7, 0)) AS expected_7,
            sum(own.before::float8 / own.coverage_before * coalesce(own.coverage_14, 0)) AS expected_14,
            sum(own.before::float8 / own.coverage_before * coalesce(own.coverage_28, 0)) AS expected_28
        FROM own
        JOIN trends.source_facts AS sources ON sources.source = own.slice
        WHERE own.slice_kind = 'source'
        GROUP BY sources.bloc
    )
    SELECT own.*, of_sources.expected_7, of_sources.expected_14, of_sources.expected_28
    FROM own
    LEFT JOIN of_sources ON own.slice_kind = 'bloc' AND of_sources.bloc = own.slice
    WHERE own.before >= 4
) AS said
CROSS JOIN LATERAL (
    VALUES
        (7, said.articles_7, said.coverage_7, said.days_7, said.expected_7),
        (14, said.articles_14, said.coverage_14, said.days_14, said.expected_14),
        (28, said.articles_28, said.coverage_28, said.days_28, said.expected_28)
) AS windows (days, articles, coverage, complete_days, expected_of_sources)
CROSS JOIN LATERAL (
    SELECT
        CASE said.slice_kind
            WHEN 'bloc' THEN coalesce(windows.expected_of_sources, 0)
            ELSE said.before::float8 / said.coverage_before * coalesce(windows.coverage, 0)
        END AS expected,
        greatest(
            1,
            (said.squares - said.before::float8 * said.before / said.days_before) / (said.days_before - 1)
            / (said.before::float8 / said.days_before)
        ) AS dispersion,
        CASE
            WHEN 2 * windows.complete_days < windows.days THEN
                format('only %s of %s days were complete', windows.complete_days, windows.days)
            WHEN said.last_ago > 2 THEN format('none of the last %s days was complete', said.last_ago - 1)
        END AS reason
) AS judged;

COMMENT ON VIEW trends.silences IS 'Topics that a source or bloc normally covers, and whether it still does while it is otherwise healthy: the silence index. One row a topic, window and source or bloc that normally covers the topic.';
COMMENT ON COLUMN trends.silences.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.silences.days IS 'Complete days that are judged: the last 7, 14 or 28 before today.';
COMMENT ON COLUMN trends.silences.slice_kind IS 'source or bloc.';
COMMENT ON COLUMN trends.silences.slice IS 'Which one.';
COMMENT ON COLUMN trends.silences.articles IS 'Articles on the topic on those of the days that were complete.';
COMMENT ON COLUMN trends.silences.expected IS 'What it would have published on the topic by its own habit: normal_share * coverage.';
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
