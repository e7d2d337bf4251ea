-- Forgets hosts and robots.txt that nobody has asked since :before.
WITH old_robots AS (
    DELETE FROM news.robots WHERE coalesce(greatest(fetched_at, failing_since), :before) <= :before
)
DELETE FROM news.hosts WHERE greatest(free_at, held_until) < :before
