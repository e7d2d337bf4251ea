-- Every story there is, and every one of which a count is kept.
SELECT id FROM news.stories
UNION
SELECT story_id FROM news.articles WHERE story_id IS NOT NULL
UNION
SELECT story_id FROM news.story_counts
UNION
SELECT story_id FROM news.story_topics
UNION
SELECT story_id FROM news.story_subjects
