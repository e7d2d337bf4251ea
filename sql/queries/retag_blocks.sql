-- Blocks of article ids that hold stored articles without a tagging by this version, with how many.
SELECT articles.id / :span AS block, count(*) AS articles
FROM news.articles
LEFT JOIN news.taggings ON taggings.taxonomy_id = :taxonomy AND taggings.article_id = articles.id
WHERE articles.state = 'stored' AND taggings.article_id IS NULL
GROUP BY 1
ORDER BY 1
