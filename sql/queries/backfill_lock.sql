-- Whether the session now holds the advisory lock of a back-fill; it does until it ends.
SELECT pg_try_advisory_lock(:key)
