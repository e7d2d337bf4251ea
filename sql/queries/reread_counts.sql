-- Articles that another edition of the extractor has read, or none that is known, by whether they can be read again:
-- `readable` (the raw page is kept, or a feed gave the text), `page gone` (its retention has passed).
SELECT
    CASE WHEN pages.content_hash IS NOT NULL OR articles.page_hash IS NULL THEN 'readable' ELSE 'page gone' END AS page,
    articles.state,
    count(*) AS articles
FROM news.articles
LEFT JOIN news.extractors ON extractors.id = articles.extractor_id
LEFT JOIN news.pages ON pages.month = articles.page_month AND pages.content_hash = articles.page_hash
WHERE (articles.state = 'stored' OR (articles.state = 'rejected' AND articles.page_hash IS NOT NULL))
    AND extractors.name IS DISTINCT FROM :edition
GROUP BY 1, 2
