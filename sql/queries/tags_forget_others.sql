-- Forgets what all taxonomy versions but one said of articles whose text is another one now: their evidence would point
-- into a text that is gone. A retag that is at work finds them untagged.
WITH forgotten AS (
    DELETE FROM news.tags WHERE article_id = ANY(CAST(:ids AS bigint[])) AND taxonomy_id <> :taxonomy
)
DELETE FROM news.taggings WHERE article_id = ANY(CAST(:ids AS bigint[])) AND taxonomy_id <> :taxonomy
