-- Forgets hosts that nobody has asked since :before, and the robots.txt of such hosts. One that has failed for longer than
-- that, while its host is asked, stays: since when it fails says what is to be made of it.
WITH old_robots AS (
    DELETE FROM news.robots
    WHERE coalesce(greatest(fetched_at, failing_since), :before) <= :before
        AND NOT EXISTS (
            SELECT FROM news.hosts
            WHERE hosts.host = split_part(robots.site, '://', 2) AND greatest(hosts.free_at, hosts.held_until) >= :before
        )
)
DELETE FROM news.hosts WHERE greatest(free_at, held_until) < :before
