-- origins_count
-- Keeps the facts of groups under their leads, and forgets the groups that became part of another.
WITH forgotten AS (
    DELETE FROM news.origins WHERE id = ANY(CAST(:gone AS bigint[]))
)
INSERT INTO news.origins (id, agency, members, first_published_at, updated_at)
SELECT
    lead.id,
    lead.agency,
    count(*),
    min(articles.published_at),
    :now
FROM unnest(CAST(:leads AS bigint[]), CAST(:agencies AS text[])) AS lead (id, agency)
JOIN news.articles ON articles.origin_id = lead.id AND articles.state = 'stored'
GROUP BY lead.id, lead.agency
ON CONFLICT (id) DO UPDATE SET
    agency = excluded.agency, members = excluded.members, first_published_at = excluded.first_published_at,
    updated_at = excluded.updated_at
