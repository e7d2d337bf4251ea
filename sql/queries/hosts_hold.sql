-- Lets everybody leave hosts alone for a number of seconds from now; never shortens what was said before.
WITH held AS (
    SELECT host, max(seconds) AS seconds
    FROM unnest(CAST(:hosts AS text[]), CAST(:seconds AS float8[])) AS one (host, seconds)
    GROUP BY host
), locked AS (
    SELECT hosts.host FROM news.hosts JOIN held USING (host)
    ORDER BY hosts.host
    FOR UPDATE OF hosts
)
UPDATE news.hosts SET held_until = greatest(held_until, clock_timestamp() + held.seconds * interval '1 second')
FROM held, locked
WHERE hosts.host = held.host AND hosts.host = locked.host
