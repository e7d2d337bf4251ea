-- The newest stored articles.
SELECT id FROM news.articles WHERE state = 'stored' ORDER BY id DESC LIMIT :limit
