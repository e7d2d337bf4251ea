-- Lets one transaction at a time change which taxonomy version is the current one, and nobody store articles meanwhile.
SELECT pg_advisory_xact_lock(hashtext('wirewatch current taxonomy'))
