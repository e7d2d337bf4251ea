-- Says until this session ends that this taxonomy version is wanted: a prune leaves it alone.
SELECT pg_advisory_lock_shared(hashtext('wirewatch version'), :taxonomy)
