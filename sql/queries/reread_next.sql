-- The next ids of a block that another edition of the extractor has read and that can be read again.
SELECT articles.id
FROM news.articles
LEFT JOIN news.extractors ON extractors.id = articles.extractor_id
LEFT JOIN news.pages ON pages.month = articles.page_month AND pages.content_hash = articles.page_hash
WHERE articles.id >= :first AND articles.id < :until
    AND (articles.state = 'stored' OR (articles.state = 'rejected' AND articles.page_hash IS NOT NULL))
    AND extractors.name IS DISTINCT FROM :edition
    AND (pages.content_hash IS NOT NULL OR articles.page_hash IS NULL)
ORDER BY articles.id
LIMIT :limit
