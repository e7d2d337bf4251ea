-- origins_twins
-- For each article of a batch, those of the batch and the nearest in time outside it with the same text to the letter:
-- one row a pair. Twins outside the batch have been compared already and are of one group, so one of them is enough.
WITH batch AS MATERIALIZED (
    SELECT * FROM news.articles WHERE id = ANY(CAST(:ids AS bigint[])) AND words >= :words
)
SELECT
    own.id,
    twin.id AS other_id,
    coalesce(twin.origin_id, twin.id) AS origin_id,
    coalesce(twin.published_at, twin.first_seen_at) AS at,
    sources.family,
    coalesce(twin.words, 0) AS words
FROM batch AS own
CROSS JOIN LATERAL (
    (
        SELECT *
        FROM news.articles AS other
        WHERE other.content_hash = own.content_hash
            AND other.state = 'stored'
            AND other.compared_at IS NOT NULL
            AND other.id <> own.id
            AND abs(other.day - own.day) <= CAST(:window AS int) -- not BETWEEN: the text finds few, the day very many
        ORDER BY abs(other.day - own.day), other.id
        LIMIT 1
    )
    UNION ALL
    SELECT *
    FROM batch AS other
    WHERE other.content_hash = own.content_hash
        AND other.id <> own.id
        AND abs(other.day - own.day) <= CAST(:window AS int)
) AS twin
JOIN news.sources ON sources.id = twin.source_id
ORDER BY own.id, twin.id
