-- The members of an article's group of copies, earliest first; none when it is alone. At most 200.
SELECT
    articles.id AS article_id,
    articles.url,
    articles.title,
    sources.slug AS source,
    coalesce(articles.published_at, articles.first_seen_at) AS at,
    copies.kind,
    copies.of_article_id AS copy_of,
    copies.jaccard,
    copies.containment,
    origins.agency,
    origins.members
FROM news.origins
JOIN news.articles ON articles.origin_id = origins.id AND articles.state = 'stored'
JOIN news.sources ON sources.id = articles.source_id
LEFT JOIN news.copies ON copies.article_id = articles.id
WHERE origins.id = :origin
ORDER BY articles.id <> origins.id, at, articles.id
LIMIT 200
