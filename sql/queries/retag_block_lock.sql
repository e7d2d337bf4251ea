-- Waits for a block of articles to tag by a taxonomy version, and keeps it until the transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('wirewatch retag ' || :taxonomy || ' ' || :block, 0))
