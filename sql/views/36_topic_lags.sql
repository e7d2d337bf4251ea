-- How late, how often and at what length each bloc and language takes up the stories of a topic.

-- Grain: one row a topic, period and bloc or language that took up a story or could have.
-- Reads: trends.periods, trends.topics, trends.story_topic_counts, trends.story_counts, trends.story_slice_counts,
-- trends.slice_coverage. Read by: trends.topic_bloc_lags, trends.topic_language_lags, models/diffusion.py.
-- The stories are those that two sources at least reported. Whoever is first lags by 0; the median is over all it took up.
CREATE VIEW trends.topic_slice_lags AS
SELECT
    periods.grain,
    periods.starts_on,
    periods.ends_on,
    lags.topic,
    kinds.slice_kind,
    lags.slice,
    lags.stories,
    lags.taken_up,
    lags.firsts,
    lags.never_taken_up,
    lags.taken_up::float8 / nullif(lags.taken_up + lags.never_taken_up, 0) AS share_taken_up,
    lags.lag_hours,
    lags.relative_words,
    CASE WHEN lags.taken_up + lags.never_taken_up = 0 THEN 'it could not be listened to in the three days of any story' END AS reason
FROM trends.periods
CROSS JOIN (VALUES ('bloc'), ('language')) AS kinds (slice_kind)
CROSS JOIN LATERAL (
    -- Who could be listened to is the same for all topics, and stories are on several: both are read once a period.
    WITH heard AS MATERIALIZED (
        SELECT openings.day::date AS started_on, listened.slice
        FROM generate_series(periods.starts_on, least(periods.ends_on, (SELECT trends.today() - 3)), interval '1 day') AS openings (day)
        CROSS JOIN LATERAL (
            SELECT days.slice
            FROM trends.slice_coverage AS days
            WHERE days.slice_kind = kinds.slice_kind AND days.day >= openings.day::date AND days.day <= openings.day::date + 2
            GROUP BY days.slice
            HAVING trends.slice_grade(sum(days.expected), sum(days.expected_ok)) IN ('ok', 'thin')
        ) AS listened
    ), told AS MATERIALIZED (
        SELECT story_id, words FROM trends.story_counts
        WHERE started_on >= periods.starts_on AND started_on <= periods.ends_on AND next_source_at IS NOT NULL
    )
    SELECT topics.topic, lags.*
    FROM trends.topics
    CROSS JOIN LATERAL (
        WITH stories AS MATERIALIZED (
            SELECT said.story_id, said.started_on, told.words
            FROM trends.story_topic_counts AS said
            JOIN told ON told.story_id = said.story_id
            WHERE said.taxonomy_id = topics.taxonomy_id AND said.topic_id = topics.topic_id
                AND said.started_on >= periods.starts_on AND said.started_on <= periods.ends_on
        ), own AS MATERIALIZED (
            SELECT
                stories.started_on, slices.slice, slices.lag,
                slices.words / nullif(stories.words, 0)::float8 AS relative_words
            FROM stories
            CROSS JOIN LATERAL (
                SELECT slice, lag, words FROM trends.story_slice_counts AS kept
                WHERE kept.story_id = stories.story_id AND kept.slice_kind = kinds.slice_kind
                OFFSET 0
            ) AS slices
        ), missed AS (
            SELECT slice, greatest(max(stories) - sum(taken_up), 0) AS stories, bool_or(audible) AS audible
            FROM (
                SELECT slice, started_on, NULL::bigint AS stories, 1 AS taken_up, false AS audible FROM own
                UNION ALL
                SELECT heard.slice, openings.started_on, openings.stories, 0, true
                FROM (SELECT started_on, count(*) AS stories FROM stories GROUP BY started_on) AS openings
                JOIN heard ON heard.started_on = openings.started_on
            ) AS sides
            GROUP BY slice, started_on
        )
        SELECT
            slice,
            (SELECT count(*) FROM stories)::int AS stories,
            sum(taken_up)::int AS taken_up,
            (count(*) FILTER (WHERE lag = 0))::int AS firsts,
            sum(never_taken_up)::int AS never_taken_up,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY lag / 3600.0::float8) AS lag_hours,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY relative_words) AS relative_words
        FROM (
            SELECT slice, lag, relative_words, 1 AS taken_up, 0 AS never_taken_up FROM own
            UNION ALL
            SELECT slice, NULL, NULL, 0, stories FROM missed WHERE audible
        ) AS sides
        GROUP BY slice
    ) AS lags
) AS lags;

COMMENT ON VIEW trends.topic_slice_lags IS 'How late, how often and at what length each bloc and language takes up the stories of a topic. One row a topic, period and bloc or language that took up a story or could have.';
COMMENT ON COLUMN trends.topic_slice_lags.grain IS 'day, week, month; 7 days, 28 days or 90 days: those that end today. Filter on it.';
COMMENT ON COLUMN trends.topic_slice_lags.starts_on IS 'First UTC day of the period.';
COMMENT ON COLUMN trends.topic_slice_lags.ends_on IS 'Last UTC day.';
COMMENT ON COLUMN trends.topic_slice_lags.topic IS 'Slug of the topic: half of the articles of a story at least are on it.';
COMMENT ON COLUMN trends.topic_slice_lags.slice_kind IS 'bloc or language.';
COMMENT ON COLUMN trends.topic_slice_lags.slice IS 'Which one.';
COMMENT ON COLUMN trends.topic_slice_lags.stories IS 'Stories of the topic that two sources at least reported, by the day of their first report.';
COMMENT ON COLUMN trends.topic_slice_lags.taken_up IS 'Those that it reported.';
COMMENT ON COLUMN trends.topic_slice_lags.firsts IS 'Those that it reported first, alone or at the same time as another.';
COMMENT ON COLUMN trends.topic_slice_lags.never_taken_up IS 'Those that it did not report though it was listened to.';
COMMENT ON COLUMN trends.topic_slice_lags.share_taken_up IS 'taken_up / (taken_up + never_taken_up), 0..1: stories in whose three days it could not be listened to are left out.';
COMMENT ON COLUMN trends.topic_slice_lags.lag_hours IS 'Median of the hours behind the first report, over those it took up.';
COMMENT ON COLUMN trends.topic_slice_lags.relative_words IS 'Median over those of the length of its middle article / that of the whole story: below 1 is terser than others.';
COMMENT ON COLUMN trends.topic_slice_lags.reason IS 'Why nothing can be said; else null.';

-- Grain: one row a topic, period and bloc that took up a story or could have.
-- Reads: trends.topic_slice_lags. Read by: analysts.
CREATE VIEW trends.topic_bloc_lags AS
SELECT
    grain, starts_on, ends_on, topic, slice AS bloc, stories, taken_up, firsts, never_taken_up, share_taken_up, lag_hours,
    relative_words, reason
FROM trends.topic_slice_lags
WHERE slice_kind = 'bloc';

COMMENT ON VIEW trends.topic_bloc_lags IS 'How late, how often and at what length each bloc takes up the stories of a topic. One row a topic, period and bloc that took up a story or could have.';
COMMENT ON COLUMN trends.topic_bloc_lags.grain IS 'day, week, month; 7 days, 28 days or 90 days: those that end today. Filter on it.';
COMMENT ON COLUMN trends.topic_bloc_lags.starts_on IS 'First UTC day of the period.';
COMMENT ON COLUMN trends.topic_bloc_lags.ends_on IS 'Last UTC day.';
COMMENT ON COLUMN trends.topic_bloc_lags.topic IS 'Slug of the topic: half of the articles of a story at least are on it.';
COMMENT ON COLUMN trends.topic_bloc_lags.bloc IS 'For whom its sources speak, as feeds.toml says.';
COMMENT ON COLUMN trends.topic_bloc_lags.stories IS 'Stories of the topic that two sources at least reported, by the day of their first report.';
COMMENT ON COLUMN trends.topic_bloc_lags.taken_up IS 'Those that it reported.';
COMMENT ON COLUMN trends.topic_bloc_lags.firsts IS 'Those that it reported first, alone or at the same time as another.';
COMMENT ON COLUMN trends.topic_bloc_lags.never_taken_up IS 'Those that it did not report though it was listened to.';
COMMENT ON COLUMN trends.topic_bloc_lags.share_taken_up IS 'taken_up / (taken_up + never_taken_up), 0..1: stories in whose three days it could not be listened to are left out.';
COMMENT ON COLUMN trends.topic_bloc_lags.lag_hours IS 'Median of the hours behind the first report, over those it took up.';
COMMENT ON COLUMN trends.topic_bloc_lags.relative_words IS 'Median over those of the length of its middle article / that of the whole story: below 1 is terser than others.';
COMMENT ON COLUMN trends.topic_bloc_lags.reason IS 'Why nothing can be said; else null.';

-- Grain: one row a topic, period and language that took up a story or could have.
-- Reads: trends.topic_slice_lags. Read by: analysts.
CREATE VIEW trends.topic_language_lags AS
SELECT
    grain, starts_on, ends_on, topic, slice AS language, stories, taken_up, firsts, never_taken_up, share_taken_up, lag_hours,
    relative_words, reason
FROM trends.topic_slice_lags
WHERE slice_kind = 'language';

COMMENT ON VIEW trends.topic_language_lags IS 'How late, how often and at what length each language takes up the stories of a topic. One row a topic, period and language that took up a story or could have.';
COMMENT ON COLUMN trends.topic_language_lags.grain IS 'day, week, month; 7 days, 28 days or 90 days: those that end today. Filter on it.';
COMMENT ON COLUMN trends.topic_language_lags.starts_on IS 'First UTC day of the period.';
COMMENT ON COLUMN trends.topic_language_lags.ends_on IS 'Last UTC day.';
COMMENT ON COLUMN trends.topic_language_lags.topic IS 'Slug of the topic: half of the articles of a story at least are on it.';
COMMENT ON COLUMN trends.topic_language_lags.language IS 'ISO 639-1 language.';
COMMENT ON COLUMN trends.topic_language_lags.stories IS 'Stories of the topic that two sources at least reported, by the day of their first report.';
COMMENT ON COLUMN trends.topic_language_lags.taken_up IS 'Those that it reported.';
COMMENT ON COLUMN trends.topic_language_lags.firsts IS 'Those that it reported first, alone or at the same time as another.';
COMMENT ON COLUMN trends.topic_language_lags.never_taken_up IS 'Those that it did not report though it was listened to.';
COMMENT ON COLUMN trends.topic_language_lags.share_taken_up IS 'taken_up / (taken_up + never_taken_up), 0..1: stories in whose three days it could not be listened to are left out.';
COMMENT ON COLUMN trends.topic_language_lags.lag_hours IS 'Median of the hours behind the first report, over those it took up.';
COMMENT ON COLUMN trends.topic_language_lags.relative_words IS 'Median over those of the length of its middle article / that of the whole story: below 1 is terser than others.';
COMMENT ON COLUMN trends.topic_language_lags.reason IS 'Why nothing can be said; else null.';
