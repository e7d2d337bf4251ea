-- Blocks of article ids that hold articles which another edition of the extractor has read and which can be read again,
-- with how many.
SELECT articles.id / :span AS block, count(*) AS articles
FROM news.articles
LEFT JOIN news.extractors ON extractors.id = articles.extractor_id
LEFT JOIN news.pages ON pages.month = articles.page_month AND pages.content_hash = articles.page_hash
WHERE (articles.state = 'stored' OR (articles.state = 'rejected' AND articles.page_hash IS NOT NULL))
    AND extractors.name IS DISTINCT FROM :edition
    AND (pages.content_hash IS NOT NULL OR articles.page_hash IS NULL)
GROUP BY 1
ORDER BY 1
