-- Says until the end of the transaction that texts are replaced: waits for those who are tagging stored texts.
SELECT pg_advisory_xact_lock(hashtext('wirewatch texts'))
