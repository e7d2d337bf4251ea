-- Takes all marks that can be seen: the stories to count again, some more than once.
DELETE FROM news.dirty_stories RETURNING story_id
