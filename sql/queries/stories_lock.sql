-- Lets one transaction at a time decide stories.
SELECT pg_advisory_xact_lock(hashtext('wirewatch stories'))
