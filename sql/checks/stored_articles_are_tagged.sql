-- Stored articles that the current taxonomy has not looked at: trends would not count them. Returns the article.
SELECT articles.id AS article_id
FROM news.articles
JOIN news.taxonomies ON taxonomies.is_current
LEFT JOIN news.taggings ON taggings.taxonomy_id = taxonomies.id AND taggings.article_id = articles.id
WHERE articles.state = 'stored' AND taggings.article_id IS NULL
