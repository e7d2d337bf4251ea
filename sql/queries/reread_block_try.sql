-- Whether a block of articles to read again was free; if so, it is kept until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtextextended('wirewatch reread ' || :block, 0))
