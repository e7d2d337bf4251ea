-- Lets one transaction at a time look for what is to be told, so that two runs do not tell of the same.
SELECT pg_advisory_xact_lock(hashtext('wirewatch alerts'))
