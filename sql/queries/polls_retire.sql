-- Drops single polls of runs that have had their time; news.feed_days keeps the daily sums.
DELETE FROM news.polls WHERE run_id IN (SELECT id FROM news.runs WHERE started_at < :before AND state <> 'running')
