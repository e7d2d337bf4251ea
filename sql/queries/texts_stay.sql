-- Has no stored text replaced until the end of the transaction; any number may.
SELECT pg_advisory_xact_lock_shared(hashtext('wirewatch texts'))
