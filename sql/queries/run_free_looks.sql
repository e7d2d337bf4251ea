-- Lets go of the looks a run has claimed.
UPDATE news.looks SET claimed_by = NULL WHERE claimed_by = :run
