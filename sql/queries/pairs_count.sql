-- Counts what the articles of these days have in common by some versions of the taxonomy: pairs of topics and actors; each
-- with itself for whatever has it, `all` for whatever has any. Distinct texts are counted in two steps.
WITH subjects AS MATERIALIZED (
    SELECT said.taxonomy_id, articles.day, articles.id, coalesce(articles.origin_id, articles.id) AS origin_id, subject.about, subject.about_id
    FROM news.articles
    JOIN news.taggings AS said
        ON said.article_id = articles.id AND said.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        AND cardinality(said.topic_ids) + cardinality(said.actor_ids) > 0
    CROSS JOIN LATERAL (
        SELECT 'all' AS about, 0::smallint AS about_id
        UNION ALL
        SELECT 'topic', unnest(said.topic_ids)
        UNION ALL
        SELECT 'actor', unnest(said.actor_ids)
    ) AS subject
    WHERE articles.state = 'stored' AND articles.day = ANY(CAST(:days AS date[]))
), texts AS (
    SELECT
        one.taxonomy_id, one.day, one.about AS left_about, one.about_id AS left_id, other.about AS right_about,
        other.about_id AS right_id, one.origin_id, count(*) AS articles
    FROM subjects AS one
    JOIN subjects AS other
        ON other.id = one.id AND other.taxonomy_id = one.taxonomy_id
        AND ((one.about = other.about AND one.about_id <= other.about_id) OR (one.about = 'topic' AND other.about = 'actor'))
    GROUP BY 1, 2, 3, 4, 5, 6, 7
)
INSERT INTO news.pairs (taxonomy_id, day, left_about, left_id, right_about, right_id, articles, origins)
SELECT taxonomy_id, day, left_about, left_id, right_about, right_id, sum(articles), count(*)
FROM texts
GROUP BY taxonomy_id, day, left_about, left_id, right_about, right_id
