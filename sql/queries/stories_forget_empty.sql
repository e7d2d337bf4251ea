-- Forgets those of these stories that have no article left.
DELETE FROM news.stories
WHERE id = ANY(CAST(:ids AS bigint[])) AND NOT EXISTS (SELECT FROM news.articles WHERE articles.story_id = stories.id)
