-- Lets one transaction at a time count days, and dates what it counts by when its turn came: by when it began, which may be
-- before who counted last began, some moments would have two counts.
WITH turn AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(hashtext('wirewatch cube'))
)
SELECT set_config(
    'wirewatch.clock', coalesce(nullif(current_setting('wirewatch.clock', true), ''), CAST(clock_timestamp() AS text)), true
)
FROM turn
