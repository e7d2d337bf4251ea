-- Those of these articles whose state and raw page are still the ones that were read, locked until the transaction ends.
SELECT articles.id
FROM news.articles
JOIN unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:hashes AS bytea[])) AS was (id, state, page_hash)
    ON was.id = articles.id
WHERE articles.state = was.state AND articles.page_hash IS NOT DISTINCT FROM was.page_hash
ORDER BY articles.id
FOR UPDATE OF articles
