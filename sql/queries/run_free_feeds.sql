-- Lets go of the feeds a run has claimed.
UPDATE news.feeds SET claimed_by = NULL WHERE claimed_by = :run
