-- Lets go of the articles a run has claimed.
UPDATE news.articles SET claimed_by = NULL WHERE claimed_by = :run
