-- Whether a block of articles to tag by a taxonomy version was free; if so, it is kept until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtextextended('wirewatch retag ' || :taxonomy || ' ' || :block, 0))
