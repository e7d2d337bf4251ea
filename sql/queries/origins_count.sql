-- Keeps the facts of a group under its lead, and forgets the groups that became part of it.
WITH gone AS (
    DELETE FROM news.origins WHERE id = ANY(CAST(:others AS bigint[]))
)
INSERT INTO news.origins (id, agency, members, first_published_at, updated_at)
SELECT
    :lead,
    CAST(:agency AS text),
    count(*),
    min(articles.published_at),
    :now
FROM news.articles
WHERE articles.origin_id = :lead AND articles.state = 'stored'
ON CONFLICT (id) DO UPDATE SET
    agency = excluded.agency, members = excluded.members, first_published_at = excluded.first_published_at,
    updated_at = excluded.updated_at
