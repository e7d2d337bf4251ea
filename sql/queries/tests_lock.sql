-- Lets one transaction at a time test days, and dates its tests by when its turn came: they rest on what was counted by then.
WITH turn AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(hashtext('wirewatch tests'))
)
SELECT set_config(
    'wirewatch.clock', coalesce(nullif(current_setting('wirewatch.clock', true), ''), CAST(clock_timestamp() AS text)), true
)
FROM turn
