-- Waits for all who add tags of this taxonomy version, and keeps them out until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('wirewatch retag'), :taxonomy)
