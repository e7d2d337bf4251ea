-- Every view of schemas trends and ops with its comment, its columns in their order, and their types.
SELECT
    spaces.nspname::text AS schema,
    views.relname::text AS name,
    coalesce(obj_description(views.oid), '') AS about,
    array_agg(columns.attname::text ORDER BY columns.attnum) AS columns,
    array_agg(format_type(columns.atttypid, NULL) ORDER BY columns.attnum) AS types
FROM pg_class AS views
JOIN pg_namespace AS spaces ON spaces.oid = views.relnamespace
JOIN pg_attribute AS columns ON columns.attrelid = views.oid AND columns.attnum > 0 AND NOT columns.attisdropped
WHERE views.relkind = 'v' AND spaces.nspname IN ('trends', 'ops')
GROUP BY spaces.nspname, views.relname, views.oid
ORDER BY (spaces.nspname = 'ops'), views.relname
