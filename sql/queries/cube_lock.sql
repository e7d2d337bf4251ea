-- Lets one transaction at a time count days.
SELECT pg_advisory_xact_lock(hashtext('wirewatch cube'))
