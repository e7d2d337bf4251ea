-- The articles of a topic in a slice (all, source, bloc, country, language or kind) on a day, the first seen first.
SELECT facts.article_id, sources.source, facts.title, facts.url, facts.published_at, facts.first_seen_at
FROM trends.article_facts AS facts
JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
WHERE facts.day = :day
    AND said.topic_ids && ARRAY(SELECT topic_id FROM trends.topics WHERE topic = CAST(:topic AS text))
    AND CAST(:slice AS text) = CASE CAST(:slice_kind AS text)
        WHEN 'source' THEN sources.source
        WHEN 'bloc' THEN sources.bloc
        WHEN 'country' THEN sources.country
        WHEN 'kind' THEN sources.kind
        WHEN 'language' THEN facts.language
        WHEN 'all' THEN ''
    END
ORDER BY coalesce(facts.published_at, facts.first_seen_at), facts.article_id
