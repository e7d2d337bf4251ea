-- Whether nobody wants this taxonomy version now; if so, nobody will until the transaction ends.
SELECT pg_try_advisory_xact_lock(hashtext('wirewatch version'), :taxonomy)
