-- Articles whose list of topics, which trends count, is not that of their tags, which show the evidence; or whose topics and actors by
-- name are not those by number, the strongest and the first named first.
SELECT taggings.taxonomy_id, taggings.article_id, taggings.topic_ids AS listed, given.topic_ids AS given, taggings.topics, taggings.actors
FROM news.taggings
LEFT JOIN (
    SELECT
        tags.taxonomy_id, tags.article_id, array_agg(tags.topic_id ORDER BY tags.topic_id) AS topic_ids,
        array_agg(topics.slug ORDER BY tags.score DESC, listed.position) AS topics
    FROM news.tags
    JOIN news.topics ON topics.id = tags.topic_id
    LEFT JOIN news.taxonomy_topics AS listed ON listed.taxonomy_id = tags.taxonomy_id AND listed.topic_id = tags.topic_id
    GROUP BY tags.taxonomy_id, tags.article_id
) AS given ON given.taxonomy_id = taggings.taxonomy_id AND given.article_id = taggings.article_id
LEFT JOIN (
    SELECT said.taxonomy_id, said.article_id, array_agg(actors.slug ORDER BY named.place) AS actors
    FROM news.taggings AS said
    CROSS JOIN LATERAL unnest(said.actor_ids) WITH ORDINALITY AS named (actor_id, place)
    JOIN news.actors ON actors.id = named.actor_id
    GROUP BY said.taxonomy_id, said.article_id
) AS heard ON heard.taxonomy_id = taggings.taxonomy_id AND heard.article_id = taggings.article_id
WHERE taggings.topic_ids <> coalesce(given.topic_ids, '{}') OR taggings.topics <> coalesce(given.topics, '{}')
    OR taggings.actors <> coalesce(heard.actors, '{}')
