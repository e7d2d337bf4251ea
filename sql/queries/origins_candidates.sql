-- For each article of a batch, those around it in time that share a band with it, most bands first: one row a pair.
-- A band that very many share is a site's furniture and is passed over.
SELECT
    ranked.id,
    ranked.other_id,
    coalesce(articles.origin_id, articles.id) AS origin_id,
    coalesce(articles.published_at, articles.first_seen_at) AS at,
    sources.family,
    coalesce(articles.words, 0) AS words
FROM (
    SELECT
        shared.id,
        shared.other_id,
        shared.bands,
        row_number() OVER (PARTITION BY shared.id ORDER BY shared.bands DESC, shared.other_id) AS place
    FROM (
        SELECT own.article_id AS id, other.id AS other_id, count(*) AS bands
        FROM news.bands AS own
        CROSS JOIN LATERAL (
            SELECT array_agg(few.article_id) AS ids
            FROM (
                SELECT band.article_id
                FROM news.bands AS band
                WHERE band.hash = own.hash
                    AND band.day BETWEEN own.day - CAST(:window AS int) AND own.day + CAST(:window AS int)
                LIMIT CAST(:most AS int) + 1
            ) AS few
        ) AS found
        CROSS JOIN LATERAL unnest(found.ids) AS other (id)
        WHERE own.article_id = ANY(CAST(:ids AS bigint[]))
            AND cardinality(found.ids) <= :most
            AND other.id <> own.article_id
        GROUP BY own.article_id, other.id
    ) AS shared
) AS ranked
JOIN news.articles ON articles.id = ranked.other_id
JOIN news.sources ON sources.id = articles.source_id
WHERE ranked.place <= :candidates
    AND articles.state = 'stored'
    AND (articles.compared_at IS NOT NULL OR articles.id = ANY(CAST(:ids AS bigint[])))
ORDER BY ranked.id, ranked.place
