-- Grain: one row a topic, country and day, for every day of trends.days and every country.
-- Reads: trends.topics, trends.days, news.topic_cube, news.coverage_cube, news.sources. Read by: analysts, models/trends.py.
-- Counts are null, with a reason, where the country has no coverage on that day, and zero where it has coverage but no
-- article on the topic. Countries are counted within each day and topic, so that a filter on either reaches the cube.
CREATE VIEW trends.topic_country_days AS
SELECT
    topics.topic,
    slices.country,
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
    SELECT known.country, covered.coverage, counted.articles, counted.sources, counted.families, counted.origins
    FROM (SELECT DISTINCT country FROM news.sources) AS known
    LEFT JOIN (
        SELECT sources.country AS country, sum(coverage_cube.articles) AS coverage
        FROM news.coverage_cube
        JOIN news.sources ON sources.id = coverage_cube.source_id
        WHERE coverage_cube.day = days.day
        GROUP BY 1
    ) AS covered ON covered.country = known.country
    LEFT JOIN (
        SELECT
            sources.country AS country,
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
    ) AS counted ON counted.country = known.country
) AS slices;

COMMENT ON VIEW trends.topic_country_days IS 'Each topic over time within each country. One row a topic, country and day, gaps included.';
COMMENT ON COLUMN trends.topic_country_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_country_days.country IS 'ISO 3166-1 country of the sources; UN for the United Nations, ZZ: not said.';
COMMENT ON COLUMN trends.topic_country_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_country_days.articles IS 'Articles on the topic; null where the country has no coverage that day, zero where it has but none is on the topic.';
COMMENT ON COLUMN trends.topic_country_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_country_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_country_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_country_days.coverage IS 'All articles of the country that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_country_days.share IS 'articles / coverage, 0..1.';
COMMENT ON COLUMN trends.topic_country_days.reason IS 'Why the counts and the share are null.';
COMMENT ON COLUMN trends.topic_country_days.complete IS 'False for today: more may come.';
