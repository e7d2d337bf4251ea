-- Forgets what one taxonomy version said of a range of articles, unless it is the current one.
WITH old AS (
    SELECT id FROM news.taxonomies WHERE id = :taxonomy AND NOT is_current
), forgotten AS (
    DELETE FROM news.tags USING old
    WHERE tags.taxonomy_id = old.id AND tags.article_id >= :first AND tags.article_id < :until
)
DELETE FROM news.taggings USING old
WHERE taggings.taxonomy_id = old.id AND taggings.article_id >= :first AND taggings.article_id < :until
