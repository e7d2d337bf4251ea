-- Forgets what one taxonomy version counted, unless it is the current one.
WITH old AS (
    SELECT id FROM news.taxonomies WHERE id = :taxonomy AND NOT is_current
), totals AS (
    DELETE FROM news.topic_totals USING old WHERE topic_totals.taxonomy_id = old.id
)
DELETE FROM news.topic_cube USING old WHERE topic_cube.taxonomy_id = old.id
