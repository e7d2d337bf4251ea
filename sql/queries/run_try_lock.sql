-- True if nobody holds the advisory lock of a run: its process is gone. Held until the transaction ends.
SELECT pg_try_advisory_xact_lock(:key)
