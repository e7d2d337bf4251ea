-- When the first of the stored articles was seen, whatever moment is asked about; null without any.
SELECT min(first_seen_at)
FROM news.articles
WHERE state = 'stored'
