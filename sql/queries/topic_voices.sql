-- How each bloc took up a topic: its first day on it from the eve of the topic's busiest day on, with the articles and
-- distinct texts since and the words of the middle one. One row a bloc that did, the earliest first.
WITH busiest AS (
    SELECT day
    FROM trends.topic_days
    WHERE topic = :topic AND articles > 0
    ORDER BY articles DESC, day
    LIMIT 1
)

SELECT
    articles.bloc,
    min(articles.day) AS first_day,
    count(*) AS articles,
    count(DISTINCT articles.origin_id) AS origins,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY articles.words))::int AS words
FROM trends.articles
CROSS JOIN busiest
WHERE :topic = ANY(articles.topics) AND articles.day >= busiest.day - 1
GROUP BY articles.bloc
ORDER BY first_day, articles DESC, bloc
