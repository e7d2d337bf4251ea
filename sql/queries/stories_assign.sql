-- Puts articles into stories, or out of any.
UPDATE news.articles SET story_id = pair.story_id
FROM unnest(CAST(:ids AS bigint[]), CAST(:stories AS bigint[])) AS pair (article_id, story_id)
WHERE articles.id = pair.article_id
