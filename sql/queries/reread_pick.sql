-- Ids of articles that another edition of the extractor has read and that can be read again: all of them, the newest
-- first, or a sample.
SELECT articles.id
FROM news.articles
LEFT JOIN news.extractors ON extractors.id = articles.extractor_id
LEFT JOIN news.pages ON pages.month = articles.page_month AND pages.content_hash = articles.page_hash
WHERE (articles.state = 'stored' OR (articles.state = 'rejected' AND articles.page_hash IS NOT NULL))
    AND extractors.name IS DISTINCT FROM :edition
    AND (pages.content_hash IS NOT NULL OR articles.page_hash IS NULL)
ORDER BY CASE WHEN CAST(:sample AS int) IS NOT NULL THEN hashint8(articles.id) END, articles.id DESC
LIMIT :sample
