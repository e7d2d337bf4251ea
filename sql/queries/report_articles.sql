-- The newest :most articles on any topic from day :since to day :until, with their topics in the order of the taxonomy and
-- the actors they name in that of mention.
SELECT
    newest.article_id,
    newest.day,
    newest.at,
    newest.url,
    newest.title,
    sources.name AS source,
    sources.bloc,
    newest.language,
    newest.story_id,
    ARRAY(
        SELECT topics.topic FROM trends.topics WHERE topics.topic_id = ANY(newest.topic_ids) ORDER BY topics.position
    ) AS topics,
    ARRAY(
        SELECT actors.slug
        FROM unnest(newest.actor_ids) WITH ORDINALITY AS named (actor_id, place)
        JOIN news.actors ON actors.id = named.actor_id
        ORDER BY named.place
    ) AS actors
FROM (
    SELECT
        facts.article_id, facts.day, coalesce(facts.published_at, facts.first_seen_at) AS at, facts.url, facts.title,
        facts.source_id, facts.language, facts.story_id, said.topic_ids, said.actor_ids
    FROM trends.article_facts AS facts
    JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
    WHERE facts.day BETWEEN CAST(:since AS date) AND CAST(:until AS date) AND cardinality(said.topic_ids) > 0
    ORDER BY facts.day DESC, at DESC, facts.article_id DESC
    LIMIT :most
) AS newest
JOIN trends.source_facts AS sources ON sources.source_id = newest.source_id
ORDER BY newest.day DESC, newest.at DESC, newest.article_id DESC
