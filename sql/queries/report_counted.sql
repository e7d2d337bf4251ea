-- What is counted from day :since to day :until: each article with what numbers tell articles apart by, the newest first.
SELECT
    facts.article_id,
    facts.day,
    coalesce(facts.published_at, facts.first_seen_at) AS at,
    sources.source,
    sources.bloc,
    facts.language,
    facts.story_id,
    coalesce(said.topic_ids, '{}') AS topic_ids,
    coalesce(said.actor_ids, '{}') AS actor_ids
FROM trends.article_facts AS facts
JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
LEFT JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
WHERE facts.day BETWEEN CAST(:since AS date) AND CAST(:until AS date)
ORDER BY facts.day DESC, at DESC, facts.article_id DESC
