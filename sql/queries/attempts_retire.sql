-- Drops the attempts of runs that have had their time; the article itself keeps its last outcome.
DELETE FROM news.attempts WHERE run_id IN (SELECT id FROM news.runs WHERE started_at < :before AND state <> 'running')
