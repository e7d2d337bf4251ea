-- Keeps the current taxonomy version the current one until the transaction ends; any number of transactions may.
SELECT pg_advisory_xact_lock_shared(hashtext('wirewatch current taxonomy'))
