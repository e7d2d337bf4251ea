-- Grain: one row a topic, period (filter on grain) and bloc that could be listened to.
-- Reads: trends.periods, trends.topics, trends.counts, trends.slice_coverage. Read by: analysts, models/diffusion.py.
-- Source: the two-way indices of the Europe Media Monitor; both rest on the healthy panel, sources graded ok that day.
CREATE VIEW trends.attention AS
SELECT
    periods.grain,
    periods.starts_on,
    periods.ends_on,
    weights.topic,
    weights.bloc,
    weights.articles,
    weights.coverage,
    CASE WHEN weights.reason IS NULL THEN weights.articles::float8 / nullif(weights.coverage, 0) END AS weight_in_bloc,
    CASE WHEN weights.reason IS NULL THEN weights.articles::float8 / nullif(weights.on_topic, 0) END AS weight_of_bloc,
    CASE WHEN weights.reason IS NULL
        THEN (weights.articles::float8 / nullif(weights.on_topic, 0)) / nullif(weights.coverage::float8 / nullif(weights.everything, 0), 0)
    END AS relative,
    weights.on_topic,
    weights.everything,
    weights.grade,
    weights.completeness,
    weights.reason
FROM trends.periods
CROSS JOIN LATERAL (
    WITH blocs AS MATERIALIZED (
        SELECT
            graded.slice AS bloc,
            trends.slice_grade(sum(graded.expected), sum(graded.expected_ok)) AS grade,
            sum(graded.expected_ok) / nullif(sum(graded.expected), 0) AS completeness,
            coalesce(sum(counted.comparable), 0)::int AS coverage
        FROM trends.slice_coverage AS graded
        LEFT JOIN trends.counts AS counted
            ON counted.taxonomy_id = 0 AND counted.about = 'coverage' AND counted.about_id = 0 AND counted.slice_kind = 'bloc'
            AND counted.grain = 'day' AND counted.starts_on = graded.day AND counted.slice = graded.slice
            AND counted.starts_on >= periods.starts_on AND counted.starts_on <= periods.ends_on
        WHERE graded.slice_kind = 'bloc' AND graded.slice IN (SELECT slice FROM trends.slices WHERE slice_kind = 'bloc')
            AND graded.day >= periods.starts_on AND graded.day <= periods.ends_on
        GROUP BY graded.slice
    )
    SELECT
        topics.topic,
        blocs.bloc,
        coalesce(said.articles, 0)::int AS articles,
        blocs.coverage,
        (sum(coalesce(said.articles, 0)) OVER (PARTITION BY topics.topic))::int AS on_topic,
        (sum(blocs.coverage) OVER (PARTITION BY topics.topic))::int AS everything,
        blocs.grade,
        blocs.completeness,
        CASE
            WHEN blocs.grade = 'dark' THEN
                format('sources of only %s %% of the usual coverage were complete', round(100 * blocs.completeness::numeric))
            WHEN blocs.grade = 'unknown' THEN 'what its sources normally yield is not known'
            WHEN blocs.coverage = 0 THEN 'nothing was published'
        END AS reason
    FROM trends.topics
    CROSS JOIN blocs
    LEFT JOIN LATERAL (
        SELECT sum(counted.comparable) AS articles
        FROM trends.counts AS counted
        WHERE counted.taxonomy_id = topics.taxonomy_id AND counted.about = 'topic' AND counted.about_id = topics.topic_id
            AND counted.slice_kind = 'bloc' AND counted.grain = 'day' AND counted.slice = blocs.bloc
            AND counted.starts_on >= periods.starts_on AND counted.starts_on <= periods.ends_on
    ) AS said ON true
) AS weights;

COMMENT ON VIEW trends.attention IS 'How much of a bloc goes to a topic, and how much of a topic comes from a bloc. One row a topic, period and bloc that could be listened to.';
COMMENT ON COLUMN trends.attention.grain IS 'day, week, month; 7 days, 28 days or 90 days: those that end today. Filter on it.';
COMMENT ON COLUMN trends.attention.starts_on IS 'First UTC day of the period.';
COMMENT ON COLUMN trends.attention.ends_on IS 'Last UTC day.';
COMMENT ON COLUMN trends.attention.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.attention.bloc IS 'For whom its sources speak, as feeds.toml says.';
COMMENT ON COLUMN trends.attention.articles IS 'Its articles on the topic, from sources graded ok on their day (the healthy panel).';
COMMENT ON COLUMN trends.attention.coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.attention.weight_in_bloc IS 'Weight of the topic within the bloc: articles / coverage, 0..1.';
COMMENT ON COLUMN trends.attention.weight_of_bloc IS 'Weight of the bloc within the topic: articles / on_topic, 0..1.';
COMMENT ON COLUMN trends.attention.relative IS 'weight_of_bloc / its part of all coverage: 1 is as much as its size lets one expect, 2 twice that.';
COMMENT ON COLUMN trends.attention.on_topic IS 'Articles on the topic from healthy sources of all blocs.';
COMMENT ON COLUMN trends.attention.everything IS 'All articles of healthy sources of all blocs.';
COMMENT ON COLUMN trends.attention.grade IS 'ok, thin, dark or unknown: how complete the coverage of the bloc is.';
COMMENT ON COLUMN trends.attention.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.attention.reason IS 'Why the weights are null.';
