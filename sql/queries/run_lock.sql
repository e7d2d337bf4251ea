-- Takes the advisory lock of a run for as long as the session lives.
SELECT pg_advisory_lock(:key)
