-- Waits for a block of articles to read again, and keeps it until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('wirewatch reread ' || :block, 0))
