-- Takes all marks that can be seen: the days to count again, some more than once.
DELETE FROM news.dirty_days RETURNING day
