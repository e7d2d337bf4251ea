-- For each article of a batch, the nearest in time with the same text to the letter: one row a pair.
-- Twins outside the batch have been compared already and are of one group, so one of them is enough.
SELECT
    own.id,
    twin.id AS other_id,
    coalesce(twin.origin_id, twin.id) AS origin_id,
    coalesce(twin.published_at, twin.first_seen_at) AS at,
    sources.family,
    coalesce(twin.words, 0) AS words
FROM news.articles AS own
CROSS JOIN LATERAL (
    (
        SELECT *
        FROM news.articles AS other
        WHERE other.content_hash = own.content_hash
            AND other.state = 'stored'
            AND other.compared_at IS NOT NULL
            AND other.day BETWEEN own.day - CAST(:window AS int) AND own.day + CAST(:window AS int)
        ORDER BY abs(other.day - own.day), other.id
        LIMIT 1
    )
    UNION ALL
    SELECT *
    FROM news.articles AS other
    WHERE other.content_hash = own.content_hash
        AND other.id = ANY(CAST(:ids AS bigint[]))
        AND other.id <> own.id
        AND other.day BETWEEN own.day - CAST(:window AS int) AND own.day + CAST(:window AS int)
) AS twin
JOIN news.sources ON sources.id = twin.source_id
WHERE own.id = ANY(CAST(:ids AS bigint[])) AND own.words >= :words
ORDER BY own.id, twin.id
