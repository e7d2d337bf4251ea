-- Brings the pairs of topics and actors of these days, by some versions of the taxonomy, in line with the articles; each with
-- itself for whatever has it, `all` for whatever has any. Distinct texts are counted in two steps; what holds is not written.
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
), counted AS MATERIALIZED (
    SELECT
        taxonomy_id, day, left_about, left_id, right_about, right_id, sum(articles)::int AS articles, count(*)::int AS origins
    FROM texts
    GROUP BY taxonomy_id, day, left_about, left_id, right_about, right_id
), gone AS (
    DELETE FROM news.pairs AS kept
    WHERE kept.day = ANY(CAST(:days AS date[])) AND kept.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        AND NOT EXISTS (
            SELECT FROM counted
            WHERE (counted.taxonomy_id, counted.day, counted.left_about, counted.left_id, counted.right_about, counted.right_id)
                = (kept.taxonomy_id, kept.day, kept.left_about, kept.left_id, kept.right_about, kept.right_id)
        )
)
INSERT INTO news.pairs AS kept (
    taxonomy_id, day, left_about, left_id, right_about, right_id, articles, origins
)
SELECT
    counted.taxonomy_id, counted.day, counted.left_about, counted.left_id, counted.right_about,
    counted.right_id, counted.articles, counted.origins
FROM counted
LEFT JOIN news.pairs AS same USING (taxonomy_id, day, left_about, left_id, right_about, right_id)
WHERE (
        same.articles, same.origins
    ) IS DISTINCT FROM (
        counted.articles, counted.origins
    )
ON CONFLICT (taxonomy_id, day, left_about, left_id, right_about, right_id) DO UPDATE SET
    articles = excluded.articles, origins = excluded.origins, since = news.clock()
