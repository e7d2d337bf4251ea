-- What people call each topic and actor, by slug.
SELECT topic AS slug, title
FROM trends.topics
UNION ALL
SELECT slug, name
FROM news.actors
WHERE slug NOT IN (SELECT topic FROM trends.topics)
