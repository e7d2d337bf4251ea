-- Grain: one row a topic, language and day, for every day of trends.days and every language met.
-- Reads: trends.topics, trends.days, news.topic_cube, news.coverage_cube, news.sources. Read by: analysts, models/trends.py.
-- Counts are null, with a reason, where the language has no coverage on that day, and zero where it has coverage but no
-- article on the topic. The languages are counted within each day and topic, so that a filter on either reaches the cube.
CREATE VIEW trends.topic_language_days AS
SELECT
    topics.topic,
    slices.language,
    days.day,
    CASE WHEN slices.coverage IS NOT NULL THEN coalesce(slices.articles, 0) END AS articles,
    CASE WHEN slices.coverage IS NOT NULL THEN coalesce(slices.sources, 0) END AS sources,
    CASE WHEN slices.coverage IS NOT NULL THEN coalesce(slices.families, 0) END AS families,
    CASE WHEN slices.coverage IS NOT NULL THEN coalesce(slices.origins, 0) END AS origins,
    slices.coverage,
    CASE WHEN slices.coverage IS NOT NULL THEN coalesce(slices.articles, 0)::float8 / slices.coverage END AS share,
    CASE WHEN slices.coverage IS NULL THEN 'no coverage' END AS reason,
    days.complete
FROM trends.days
CROSS JOIN trends.topics
CROSS JOIN LATERAL (
    SELECT known.language, covered.coverage, counted.articles, counted.sources, counted.families, counted.origins
    FROM (SELECT DISTINCT language FROM news.coverage_cube) AS known
    LEFT JOIN (
        SELECT coverage_cube.language AS language, sum(coverage_cube.articles) AS coverage
        FROM news.coverage_cube
        WHERE coverage_cube.day = days.day
        GROUP BY 1
    ) AS covered ON covered.language = known.language
    LEFT JOIN (
        SELECT
            topic_cube.language AS language,
            sum(topic_cube.articles) FILTER (WHERE origin.place = 1) AS articles,
            count(DISTINCT topic_cube.source_id) AS sources,
            count(DISTINCT sources.family) AS families,
            count(DISTINCT origin.id) AS origins
        FROM news.topic_cube
        JOIN news.sources ON sources.id = topic_cube.source_id
        CROSS JOIN LATERAL unnest(topic_cube.origins) WITH ORDINALITY AS origin (id, place)
        WHERE topic_cube.taxonomy_id = topics.taxonomy_id
            AND topic_cube.topic_id = topics.topic_id
            AND topic_cube.day = days.day
        GROUP BY 1
    ) AS counted ON counted.language = known.language
) AS slices;

COMMENT ON VIEW trends.topic_language_days IS 'Each topic over time within each language. One row a topic, language and day, gaps included.';
COMMENT ON COLUMN trends.topic_language_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_language_days.language IS 'ISO 639-1 language of the articles; und: could not be told.';
COMMENT ON COLUMN trends.topic_language_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_language_days.articles IS 'Articles on the topic; null where the language has no coverage that day, zero where it has but none is on the topic.';
COMMENT ON COLUMN trends.topic_language_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_language_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_language_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_language_days.coverage IS 'All articles of the language that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_language_days.share IS 'articles / coverage, 0..1.';
COMMENT ON COLUMN trends.topic_language_days.reason IS 'Why the counts and the share are null.';
COMMENT ON COLUMN trends.topic_language_days.complete IS 'False for today: more may come.';
