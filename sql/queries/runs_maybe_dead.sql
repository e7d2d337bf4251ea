-- Runs that may have to be buried: those that count as running, and any that hold something.
SELECT id FROM news.runs WHERE state = 'running'
UNION
SELECT claimed_by FROM news.articles WHERE claimed_by IS NOT NULL
UNION
SELECT claimed_by FROM news.feeds WHERE claimed_by IS NOT NULL
UNION
SELECT claimed_by FROM news.looks WHERE claimed_by IS NOT NULL
ORDER BY id
