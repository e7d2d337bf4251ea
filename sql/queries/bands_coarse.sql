-- Of some articles, those that are looked up under coarse bands alone: `:coarse` of them at most, and not none.
SELECT article_id
FROM news.bands
WHERE article_id = ANY(CAST(:ids AS bigint[]))
GROUP BY article_id
HAVING count(*) <= :coarse
