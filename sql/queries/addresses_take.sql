-- Gives each canonical address to its article, unless another article has it that is or may become a stored one.
INSERT INTO news.addresses (url_key, article_id, url)
SELECT DISTINCT ON (claim.url_key) claim.url_key, claim.article_id, claim.url
FROM unnest(CAST(:keys AS bytea[]), CAST(:ids AS bigint[]), CAST(:urls AS text[])) AS claim (url_key, article_id, url)
ORDER BY claim.url_key, claim.article_id
ON CONFLICT (url_key) DO UPDATE SET article_id = excluded.article_id
WHERE EXISTS (
    SELECT FROM news.articles
    WHERE articles.id = addresses.article_id AND articles.state IN ('rejected', 'given up')
)
