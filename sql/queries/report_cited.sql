-- What a list says of the articles with these :ids.
SELECT
    facts.article_id,
    coalesce(facts.published_at, facts.first_seen_at) AS at,
    facts.url,
    facts.title,
    sources.name AS source,
    facts.language
FROM trends.article_facts AS facts
JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
WHERE facts.article_id = ANY(CAST(:ids AS bigint[]))
