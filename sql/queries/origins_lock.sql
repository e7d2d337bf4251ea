-- Lets one transaction at a time compare articles.
SELECT pg_advisory_xact_lock(hashtext('wirewatch origins'))
