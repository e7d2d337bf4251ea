-- Takes all marks that can be seen: the days to count again and of which source (null: of every one), some more than once.
DELETE FROM news.dirty_days RETURNING day, source_id
