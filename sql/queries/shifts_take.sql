-- Takes the weeks for which shifts are to be found again, but none that a roll-up notes that is not over.
DELETE FROM news.dirty_shifts
WHERE week = ANY(ARRAY(SELECT week FROM news.dirty_shifts FOR UPDATE SKIP LOCKED))
RETURNING week
