-- How complete each source's day is, judged by its own history.
--
-- What a source normally yields on such a weekday: with T articles on the N days among the 56 before that could be
-- listened to, and Tw on the Nw of them with the same weekday, expected = (Tw + 2 T/N) / (Nw + 2): the mean of the weekday,
-- drawn towards the mean of all days by the weight of two weeks. Dispersion is the variance of those days / their mean, at
-- least 1. Without 14 such days nothing is expected.
--   dark     nothing can be said of the day: its feeds failed or were not asked, and it brought nothing; or it brought
--            nothing, or less than a tenth, where chance would do that on fewer than 1 day in 100
--   thin     fewer articles than chance would bring on 99 days in 100
--   unknown  not watched then, or too short a history
--   ok       all other days
-- Days before a source was watched count if its feeds list them without a hole of more than 14 days; the first one listed
-- does not, because a list may begin in the middle of it.
-- Reads: news.cube, news.feeds, news.feed_days. Read by: models/coverage_store.py, sql/checks/grades_equal_regrade.sql.
CREATE FUNCTION trends.grade_days(since date, until date, source_ids integer[] DEFAULT NULL)
RETURNS TABLE (
    source_id integer,
    day date,
    articles integer,
    expected real,
    dispersion real,
    polls integer,
    failed integer,
    grade text,
    reason text
) LANGUAGE sql STABLE AS $$
WITH watched AS (
    SELECT
        feeds.source_id,
        (min(feeds.watched_since) AT TIME ZONE 'UTC')::date + 1 AS watched_from,
        CASE WHEN bool_and(coalesce(feeds.watched_until <= trends.moment(), false))
            THEN (max(feeds.watched_until) AT TIME ZONE 'UTC')::date
        END AS watched_to
    FROM news.feeds
    WHERE ($3 IS NULL OR feeds.source_id = ANY($3)) AND feeds.watched_since <= trends.moment()
        AND feeds.watched_until IS DISTINCT FROM feeds.watched_since  -- else a back-fill has read it, and nobody watched it
    GROUP BY feeds.source_id
), listed AS (
    SELECT
        watched.source_id,
        cells.day,
        lag(cells.day) OVER (PARTITION BY watched.source_id ORDER BY cells.day) AS before
    FROM watched
    JOIN news.cube AS cells
        ON cells.taxonomy_id = 0 AND cells.about = 'coverage' AND cells.about_id = 0
        AND cells.source_id = watched.source_id AND cells.day <= watched.watched_from
    WHERE watched.watched_from > $1 - 64
), archived AS (
    SELECT listed.source_id, max(listed.day) FILTER (WHERE before IS NULL OR listed.day - before > 14) + 1 AS archived_from
    FROM listed
    GROUP BY listed.source_id
), yields AS (
    SELECT cells.source_id, cells.day, sum(cells.articles)::int AS articles
    FROM news.cube AS cells
    WHERE cells.taxonomy_id = 0 AND cells.about = 'coverage' AND cells.about_id = 0
        AND ($3 IS NULL OR cells.source_id = ANY($3))
        AND cells.day >= greatest($1, date '1900-01-01') - 64 AND cells.day <= $2
    GROUP BY cells.source_id, cells.day
), asked AS (
    SELECT feeds.source_id, feed_days.day, sum(feed_days.polls)::int AS polls, sum(feed_days.failed)::int AS failed
    FROM news.feed_days
    JOIN news.feeds ON feeds.id = feed_days.feed_id
    WHERE ($3 IS NULL OR feeds.source_id = ANY($3)) AND feed_days.day >= $1 AND feed_days.day <= $2
    GROUP BY feeds.source_id, feed_days.day
), days AS (
    SELECT
        watched.source_id,
        watched.watched_from,
        watched.watched_to,
        least(watched.watched_from, archived.archived_from) AS begins,
        calendar.day::date AS day,
        coalesce(yields.articles, 0) AS articles
    FROM watched
    LEFT JOIN archived ON archived.source_id = watched.source_id
    CROSS JOIN LATERAL generate_series(
        greatest(least(watched.watched_from, archived.archived_from), greatest($1, date '1900-01-01') - 64),
        least($2, (SELECT trends.today()) - 1),
        interval '1 day'
    ) AS calendar (day)
    LEFT JOIN yields ON yields.source_id = watched.source_id AND yields.day = calendar.day::date
), judged AS MATERIALIZED (
    SELECT
        days.*,
        CASE
            WHEN days.day >= days.watched_to THEN 'no longer watched'
            WHEN days.articles > 0 OR days.day < days.watched_from THEN ''
            -- Polls are looked up of the few days only that brought nothing; of all others nothing depends on them. If one
            -- of the day itself worked, no more need be known.
            WHEN (
                SELECT true
                FROM news.feeds
                JOIN news.feed_days ON feed_days.feed_id = feeds.id AND feed_days.day = days.day
                WHERE feeds.source_id = days.source_id AND feed_days.polls > feed_days.failed
                LIMIT 1
            ) THEN ''
            ELSE (
                SELECT
                    CASE
                        WHEN heard.polls > 0 AND heard.failed = heard.polls THEN 'its feeds failed'
                        WHEN heard.polls = 0 AND heard.days_asked >= 4 THEN 'its feeds were not asked'
                        WHEN heard.answers = 0 THEN 'no poll of its feeds worked'
                        ELSE ''
                    END
                FROM (
                    SELECT
                        coalesce(sum(feed_days.polls) FILTER (WHERE feed_days.day = days.day), 0) AS polls,
                        coalesce(sum(feed_days.failed) FILTER (WHERE feed_days.day = days.day), 0) AS failed,
                        count(DISTINCT feed_days.day) FILTER (WHERE feed_days.polls > 0 AND feed_days.day < days.day) AS days_asked,
                        coalesce(sum(feed_days.polls - feed_days.failed) FILTER (WHERE feed_days.day >= days.day), 0) AS answers
                    FROM news.feeds
                    JOIN news.feed_days
                        ON feed_days.feed_id = feeds.id
                        AND feed_days.day >= greatest(days.day - 7, days.begins)
                        AND feed_days.day <= least(days.day + 7, (SELECT trends.today()))
                    WHERE feeds.source_id = days.source_id
                ) AS heard
            )
        END AS fault
    FROM days
), remembered AS (
    SELECT
        judged.*,
        count(*) FILTER (WHERE fault = '') OVER lately AS days_known,
        coalesce(sum(judged.articles) FILTER (WHERE fault = '') OVER lately, 0)::float8 AS total,
        coalesce(sum(judged.articles * judged.articles) FILTER (WHERE fault = '') OVER lately, 0)::float8 AS squares,
        count(*) FILTER (WHERE fault = '') OVER weekday AS weekdays_known,
        coalesce(sum(judged.articles) FILTER (WHERE fault = '') OVER weekday, 0)::float8 AS weekday_total
    FROM judged
    WINDOW
        lately AS (PARTITION BY judged.source_id ORDER BY judged.day ROWS BETWEEN 56 PRECEDING AND 1 PRECEDING),
        weekday AS (
            PARTITION BY judged.source_id, extract(isodow FROM judged.day)
            ORDER BY judged.day ROWS BETWEEN 8 PRECEDING AND 1 PRECEDING
        )
), expecting AS (
    SELECT
        remembered.*,
        CASE WHEN days_known >= 14
            THEN (weekday_total + 2 * total / days_known) / (weekdays_known + 2)
        END AS normal,
        CASE WHEN days_known >= 14 AND total > 0
            THEN greatest(1, (squares - total * total / days_known) / (days_known - 1) / (total / days_known))
            WHEN days_known >= 14 THEN 1
        END AS spread
    FROM remembered
    WHERE remembered.day BETWEEN $1 AND $2
), graded AS (
    SELECT
        expecting.*,
        CASE
            WHEN fault = 'no longer watched' OR normal IS NULL THEN 'unknown'
            WHEN fault <> '' THEN 'dark'
            WHEN expecting.articles >= normal THEN 'ok'
            WHEN trends.count_cdf(expecting.articles, normal, spread) >= 0.01 THEN 'ok'
            WHEN expecting.articles < normal / 10 THEN 'dark'
            ELSE 'thin'
        END AS verdict
    FROM expecting
)
SELECT
    graded.source_id,
    graded.day,
    graded.articles,
    graded.normal::real,
    graded.spread::real,
    coalesce(asked.polls, 0),
    coalesce(asked.failed, 0),
    graded.verdict,
    CASE
        WHEN fault <> '' THEN fault
        WHEN normal IS NULL THEN 'fewer than 14 days of history'
        WHEN verdict = 'ok' THEN ''
        ELSE format('%s of usually %s articles', graded.articles, round(normal::numeric, 1))
    END
FROM graded
LEFT JOIN asked ON asked.source_id = graded.source_id AND asked.day = graded.day
$$;
COMMENT ON FUNCTION trends.grade_days IS
    'Grades the days of sources (all, or those of the array) from one day to another against their own history; today is not graded. See trends.source_days.';

-- Grain: one row a source and day from the first that can be judged to yesterday.
-- Reads: news.source_days, news.source_days_past, trends.source_facts. Read by: analysts, trends.slice_days, trends.counted.
CREATE VIEW trends.source_days AS
SELECT
    sources.source,
    graded.day,
    graded.grade,
    graded.reason,
    graded.articles,
    graded.expected,
    graded.dispersion,
    graded.polls,
    graded.failed,
    sources.bloc,
    sources.country,
    sources.kind,
    sources.language,
    graded.source_id
FROM (
    SELECT source_id, day, articles, expected, dispersion, polls, failed, grade, reason
    FROM news.source_days
    WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
    UNION ALL
    SELECT source_id, day, articles, expected, dispersion, polls, failed, grade, reason
    FROM news.source_days_past
    WHERE since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of())
) AS graded
JOIN trends.source_facts AS sources ON sources.source_id = graded.source_id;

COMMENT ON VIEW trends.source_days IS 'How complete each day of each source is, against its own history. One row a source and day, from the first that can be judged to yesterday.';
COMMENT ON COLUMN trends.source_days.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.source_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.source_days.grade IS 'ok, thin (fewer articles than on 99 days in 100), dark (nothing can be said of the day) or unknown (not watched, or too short a history).';
COMMENT ON COLUMN trends.source_days.reason IS 'Why the grade is not ok; empty when it is.';
COMMENT ON COLUMN trends.source_days.articles IS 'Articles of that day.';
COMMENT ON COLUMN trends.source_days.expected IS 'Articles it normally yields on such a weekday; null without 14 days of history.';
COMMENT ON COLUMN trends.source_days.dispersion IS 'Variance of its days / their mean, at least 1.';
COMMENT ON COLUMN trends.source_days.polls IS 'Polls of its feeds on that day.';
COMMENT ON COLUMN trends.source_days.failed IS 'Those that failed.';
COMMENT ON COLUMN trends.source_days.bloc IS 'Its bloc.';
COMMENT ON COLUMN trends.source_days.country IS 'Its country.';
COMMENT ON COLUMN trends.source_days.kind IS 'Its kind.';
COMMENT ON COLUMN trends.source_days.language IS 'The language it mostly writes in.';
COMMENT ON COLUMN trends.source_days.source_id IS 'Key into news.sources.';
