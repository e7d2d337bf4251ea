-- Notes that one taxonomy version has looked at these articles: relatedness, topics and actors.
INSERT INTO news.taggings (taxonomy_id, article_id, related, topic_ids, actor_ids, tagged_at)
SELECT
    :taxonomy, one.article_id, one.related, CAST(string_to_array(one.topics, ' ') AS smallint[]),
    CAST(string_to_array(one.actors, ' ') AS smallint[]), :now
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:related AS real[]), CAST(:topics AS text[]), CAST(:actors AS text[])
) AS one (article_id, related, topics, actors)
ON CONFLICT (taxonomy_id, article_id) DO UPDATE SET
    related = excluded.related, topic_ids = excluded.topic_ids, actor_ids = excluded.actor_ids,
    tagged_at = excluded.tagged_at
