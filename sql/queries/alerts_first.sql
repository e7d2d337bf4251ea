-- Who reported a story first, of all that tell of it: source, bloc, at.
SELECT source, bloc, reported_at AS at
FROM trends.story_articles
WHERE story_id = :story
ORDER BY reported_at, article_id
LIMIT 1
