-- Lets one transaction at a time turn new addresses into articles.
SELECT pg_advisory_xact_lock(hashtext('wirewatch discovery'))
