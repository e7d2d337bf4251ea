-- What there is to count: the topics in their order, the first and the last day with an article.
SELECT
    ARRAY(SELECT topic FROM trends.topics ORDER BY position) AS topics,
    min(day) AS first_day,
    max(day) AS last_day
FROM trends.days
WHERE articles IS NOT NULL
