-- Forgets what all taxonomy versions but one said of articles whose text is another one now: their evidence would point
-- into a text that is gone. A retag that is at work finds them untagged. Of versions that were in use it is kept what they said,
-- for earlier moments.
WITH forgotten AS (
    DELETE FROM news.tags WHERE article_id = ANY(CAST(:ids AS bigint[])) AND taxonomy_id <> :taxonomy
), said AS (
    DELETE FROM news.taggings WHERE article_id = ANY(CAST(:ids AS bigint[])) AND taxonomy_id <> :taxonomy
    RETURNING taxonomy_id, article_id, related, actor_ids, topic_ids, tagged_at
)
INSERT INTO news.taggings_past (taxonomy_id, article_id, related, actor_ids, topic_ids, since, until)
SELECT taxonomy_id, article_id, related, actor_ids, topic_ids, tagged_at, news.clock()
FROM said
WHERE taxonomy_id IN (SELECT taxonomy_id FROM news.taxonomy_uses)
    AND NOT EXISTS (SELECT FROM news.taxonomies WHERE taxonomies.id = said.taxonomy_id AND is_current)  -- a trigger has kept it
