-- Says until the end of the transaction that tags of this taxonomy version are being added; any number may.
SELECT pg_advisory_xact_lock_shared(hashtext('wirewatch retag'), :taxonomy)
