-- The address of the article that scores highest on a topic: one row at most.
SELECT articles.url
FROM news.tags
JOIN news.taxonomies ON taxonomies.id = tags.taxonomy_id AND taxonomies.is_current
JOIN news.topics ON topics.id = tags.topic_id
JOIN news.articles ON articles.id = tags.article_id
WHERE topics.slug = :topic
ORDER BY tags.score DESC, articles.published_at, articles.id
LIMIT 1
