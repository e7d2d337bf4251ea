-- Takes all marks that can be seen: the days to count again and of which source (null: of every one), some more than once, and
-- whether that source stands in other slices now.
DELETE FROM news.dirty_days RETURNING day, source_id, is_moved
