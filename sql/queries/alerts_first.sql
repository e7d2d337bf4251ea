-- Who reported a story first, of all that tell of it: source, bloc, at.
SELECT sources.source, sources.bloc, coalesce(facts.published_at, facts.first_seen_at) AS at
FROM trends.article_facts AS facts
JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
WHERE facts.story_id = :story
ORDER BY at, facts.article_id
LIMIT 1
