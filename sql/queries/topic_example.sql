-- The address of an article to show a topic by: in this language if there is one, of the text most often copied, then the
-- one that scores highest. One row at most.
SELECT articles.url
FROM news.tags
JOIN news.taxonomies ON taxonomies.id = tags.taxonomy_id AND taxonomies.is_current
JOIN news.topics ON topics.id = tags.topic_id
JOIN news.articles ON articles.id = tags.article_id
LEFT JOIN news.origins ON origins.id = articles.id
WHERE topics.slug = :topic
ORDER BY articles.language IS DISTINCT FROM :language, coalesce(origins.members, 1) DESC, tags.score DESC, articles.published_at, articles.id
LIMIT 1
