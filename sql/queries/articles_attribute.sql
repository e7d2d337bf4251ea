-- Gives articles to sources, by slug; those that have theirs already are not written.
UPDATE news.articles SET source_id = sources.id
FROM unnest(CAST(:ids AS bigint[]), CAST(:slugs AS text[])) AS given (article_id, slug)
JOIN news.sources ON sources.slug = given.slug
WHERE articles.id = given.article_id AND articles.source_id <> sources.id
