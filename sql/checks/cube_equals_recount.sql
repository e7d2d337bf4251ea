-- Every cell of the cube and its totals against a plain count of the articles; days that wait for a roll-up are left out.
-- Returns the cells that differ: which table, the cell, what is kept and what a count gives.
WITH waiting AS (
    SELECT day FROM news.dirty_days
), counted_coverage AS (
    SELECT
        articles.day, articles.source_id, coalesce(articles.language, 'und') AS language, count(*)::int AS articles,
        array_agg(DISTINCT coalesce(articles.origin_id, articles.id)) AS origins
    FROM news.articles
    WHERE articles.state = 'stored'
    GROUP BY 1, 2, 3
), counted_topics AS (
    SELECT
        tags.topic_id, articles.day, articles.source_id, coalesce(articles.language, 'und') AS language,
        count(*)::int AS articles, array_agg(DISTINCT coalesce(articles.origin_id, articles.id)) AS origins
    FROM news.tags
    JOIN news.taxonomies ON taxonomies.id = tags.taxonomy_id AND taxonomies.is_current
    JOIN news.articles ON articles.id = tags.article_id
    WHERE articles.state = 'stored'
    GROUP BY 1, 2, 3, 4
), kept_topics AS (
    SELECT topic_cube.*
    FROM news.topic_cube
    JOIN news.taxonomies ON taxonomies.id = topic_cube.taxonomy_id AND taxonomies.is_current
), counted_coverage_totals AS (
    SELECT
        articles.day, count(*)::int AS articles, count(DISTINCT articles.source_id)::int AS sources,
        count(DISTINCT sources.family)::int AS families,
        count(DISTINCT coalesce(articles.origin_id, articles.id))::int AS origins
    FROM news.articles
    JOIN news.sources ON sources.id = articles.source_id
    WHERE articles.state = 'stored'
    GROUP BY 1
), counted_topic_totals AS (
    SELECT
        tags.topic_id, articles.day, count(*)::int AS articles, count(DISTINCT articles.source_id)::int AS sources,
        count(DISTINCT sources.family)::int AS families,
        count(DISTINCT coalesce(articles.origin_id, articles.id))::int AS origins
    FROM news.tags
    JOIN news.taxonomies ON taxonomies.id = tags.taxonomy_id AND taxonomies.is_current
    JOIN news.articles ON articles.id = tags.article_id
    JOIN news.sources ON sources.id = articles.source_id
    WHERE articles.state = 'stored'
    GROUP BY 1, 2
), kept_topic_totals AS (
    SELECT topic_totals.*
    FROM news.topic_totals
    JOIN news.taxonomies ON taxonomies.id = topic_totals.taxonomy_id AND taxonomies.is_current
)
SELECT
    'coverage_cube' AS kept_in, day, NULL::smallint AS topic_id, source_id, language,
    to_jsonb(ARRAY[kept.articles::text, kept.origins::text]) AS kept,
    to_jsonb(ARRAY[counted.articles::text, counted.origins::text]) AS counted
FROM news.coverage_cube AS kept
FULL JOIN counted_coverage AS counted USING (day, source_id, language)
WHERE (kept.articles, kept.origins) IS DISTINCT FROM (counted.articles, counted.origins)
    AND day NOT IN (SELECT day FROM waiting)
UNION ALL
SELECT
    'topic_cube', day, topic_id, source_id, language,
    to_jsonb(ARRAY[kept.articles::text, kept.origins::text]),
    to_jsonb(ARRAY[counted.articles::text, counted.origins::text])
FROM kept_topics AS kept
FULL JOIN counted_topics AS counted USING (topic_id, day, source_id, language)
WHERE (kept.articles, kept.origins) IS DISTINCT FROM (counted.articles, counted.origins)
    AND day NOT IN (SELECT day FROM waiting)
UNION ALL
SELECT
    'coverage_totals', day, NULL, NULL, NULL,
    to_jsonb(ARRAY[kept.articles, kept.sources, kept.families, kept.origins]),
    to_jsonb(ARRAY[counted.articles, counted.sources, counted.families, counted.origins])
FROM news.coverage_totals AS kept
FULL JOIN counted_coverage_totals AS counted USING (day)
WHERE (kept.articles, kept.sources, kept.families, kept.origins)
        IS DISTINCT FROM (counted.articles, counted.sources, counted.families, counted.origins)
    AND day NOT IN (SELECT day FROM waiting)
UNION ALL
SELECT
    'topic_totals', day, topic_id, NULL, NULL,
    to_jsonb(ARRAY[kept.articles, kept.sources, kept.families, kept.origins]),
    to_jsonb(ARRAY[counted.articles, counted.sources, counted.families, counted.origins])
FROM kept_topic_totals AS kept
FULL JOIN counted_topic_totals AS counted USING (topic_id, day)
WHERE (kept.articles, kept.sources, kept.families, kept.origins)
        IS DISTINCT FROM (counted.articles, counted.sources, counted.families, counted.origins)
    AND day NOT IN (SELECT day FROM waiting)
