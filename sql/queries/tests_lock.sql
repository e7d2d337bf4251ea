-- Lets one transaction at a time test days.
SELECT pg_advisory_xact_lock(hashtext('wirewatch tests'))
