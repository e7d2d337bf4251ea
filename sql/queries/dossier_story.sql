-- The facts of one story.
SELECT story_id, title, started_at, last_at, articles, sources, families, origins, first_source, blocs
FROM trends.stories
WHERE story_id = :story
