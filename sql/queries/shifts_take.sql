-- Takes the weeks for which shifts are to be found again.
DELETE FROM news.dirty_shifts RETURNING week
