-- Brings the pairs of topics and actors of these days, by some versions of the taxonomy, in line with the articles; each with
-- itself for whatever has it, `all` for whatever has any. Distinct texts are sorted out among those only that occur more than
-- once a day. What holds is not written.
WITH subjects AS MATERIALIZED (
    -- `all` as zero, topics by their numbers, actors by theirs below zero: numbers are quick to group. They are sorted, so that
    -- each pair comes up once, a topic before an actor.
    SELECT
        said.taxonomy_id, articles.day, coalesce(articles.origin_id, articles.id) AS origin_id,
        CAST(said.topic_ids AS integer[])
        || ARRAY(SELECT -actor_id FROM unnest(said.actor_ids) AS actor_id ORDER BY actor_id) AS numbers,
        count(*) OVER (PARTITION BY said.taxonomy_id, articles.day, coalesce(articles.origin_id, articles.id)) AS times
    FROM news.articles
    JOIN news.taggings AS said
        ON said.article_id = articles.id AND said.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        AND cardinality(said.topic_ids) + cardinality(said.actor_ids) > 0
    WHERE articles.state = 'stored' AND articles.day = ANY(CAST(:days AS date[]))
), paired AS NOT MATERIALIZED (
    SELECT taxonomy_id, day, origin_id, times, 0 AS one, 0 AS other FROM subjects
    UNION ALL
    SELECT taxonomy_id, day, origin_id, times, one.number, other.number
    FROM subjects
    CROSS JOIN LATERAL unnest(numbers) WITH ORDINALITY AS one (number, place)
    CROSS JOIN LATERAL unnest(numbers[one.place:]) AS other (number)
), texts AS (
    SELECT taxonomy_id, day, one, other, count(*) AS articles, count(*) AS origins
    FROM paired
    WHERE times = 1
    GROUP BY taxonomy_id, day, one, other
    UNION ALL
    SELECT taxonomy_id, day, one, other, count(*), 1
    FROM paired
    WHERE times > 1
    GROUP BY taxonomy_id, day, one, other, origin_id
), counted AS MATERIALIZED (
    SELECT
        taxonomy_id,
        day,
        (ARRAY['actor', 'all', 'topic'])[sign(one)::int + 2] AS left_about,
        abs(one)::smallint AS left_id,
        (ARRAY['actor', 'all', 'topic'])[sign(other)::int + 2] AS right_about,
        abs(other)::smallint AS right_id,
        sum(articles)::int AS articles,
        sum(origins)::int AS origins
    FROM texts
    GROUP BY taxonomy_id, day, one, other
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
