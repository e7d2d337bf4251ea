-- Lets one transaction at a time enter a taxonomy version.
SELECT pg_advisory_xact_lock(hashtext('wirewatch taxonomy'))
