-- Stored articles of a range of ids without a tagging by this version, in order: what there is to tag, at most :longest
-- characters of each text.
SELECT articles.id, articles.day, articles.title, coalesce(left(texts.text, :longest), '') AS text
FROM news.articles
LEFT JOIN news.texts ON texts.article_id = articles.id
WHERE articles.id >= :first AND articles.id < :until
    AND articles.state = 'stored'
    AND NOT EXISTS (
        SELECT FROM news.taggings WHERE taggings.taxonomy_id = :taxonomy AND taggings.article_id = articles.id
    )
ORDER BY articles.id
LIMIT :limit
