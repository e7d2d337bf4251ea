-- The articles a run stored that are closest to the subject: source, title, url.
SELECT sources.slug AS source, articles.title, articles.url
FROM news.attempts
JOIN news.articles ON articles.id = attempts.article_id
JOIN news.sources ON sources.id = articles.source_id
JOIN news.taggings ON taggings.article_id = articles.id
JOIN news.taxonomies ON taxonomies.id = taggings.taxonomy_id AND taxonomies.is_current
WHERE attempts.run_id = :run AND attempts.outcome = 'stored' AND taggings.related > 0
ORDER BY taggings.related DESC, articles.published_at DESC NULLS LAST, articles.id
LIMIT 10
