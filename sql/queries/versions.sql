-- Every taxonomy version with how many articles it has tagged, the newest first.
SELECT
    taxonomies.id,
    taxonomies.name,
    taxonomies.digest,
    taxonomies.revision,
    taxonomies.made_at,
    taxonomies.is_current,
    (SELECT count(*) FROM news.taggings WHERE taggings.taxonomy_id = taxonomies.id)::int AS articles
FROM news.taxonomies
ORDER BY taxonomies.id DESC
