-- The moment that views speak of, its day, and the version of the taxonomy in use then: one row.
SELECT
    trends.moment() AS at,
    trends.today() AS today,
    taxonomies.name AS taxonomy,
    taxonomies.id AS taxonomy_id,
    taxonomies.made_at AS taxonomy_made_at,
    taxonomies.revision
FROM (SELECT trends.version() AS id) AS used
LEFT JOIN news.taxonomies ON taxonomies.id = used.id
