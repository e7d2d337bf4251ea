-- Books the next starts at hosts: one row a host, with the seconds from now to the first start, the seconds between two,
-- and, when the host wants to be left alone, the seconds until it may be asked (nothing is booked then).
-- The server's clock decides: those of the machines that share the queue differ. Rows are locked in one order.
WITH wanted AS (
    SELECT *
    FROM unnest(
        CAST(:hosts AS text[]), CAST(:starts AS int[]), CAST(:paces AS real[]), CAST(:delays AS real[]),
        CAST(:latencies AS real[])
    ) AS one (host, starts, pace, crawl_delay, latency)
), locked AS (
    SELECT hosts.* FROM news.hosts JOIN wanted USING (host)
    ORDER BY hosts.host
    FOR UPDATE OF hosts
), learned AS (
    SELECT
        wanted.host, wanted.starts, wanted.pace,
        coalesce(wanted.crawl_delay, locked.crawl_delay) AS crawl_delay,
        coalesce(
            locked.latency + CAST(:smoothing AS real) * (wanted.latency - locked.latency), locked.latency, wanted.latency
        ) AS latency,
        greatest(locked.free_at, clock_timestamp()) AS start_at,
        greatest(0, extract(epoch FROM locked.held_until - clock_timestamp())) AS held
    FROM wanted
    JOIN locked USING (host)
), booked AS (
    SELECT
        *,
        greatest(pace, crawl_delay, least(coalesce(latency, 0), CAST(:longest AS real))) AS apart,
        CASE WHEN held > 0 THEN 0 ELSE starts END AS granted
    FROM learned
)
UPDATE news.hosts SET
    crawl_delay = booked.crawl_delay,
    latency = booked.latency,
    free_at = booked.start_at + booked.granted * booked.apart * interval '1 second'
FROM booked
WHERE hosts.host = booked.host
RETURNING
    hosts.host,
    greatest(0, extract(epoch FROM booked.start_at - clock_timestamp()))::float8 AS first,
    booked.apart::float8 AS apart,
    coalesce(booked.held, 0)::float8 AS held
