-- Forgets the pairs of these days, of some versions of the taxonomy.
DELETE FROM news.pairs WHERE day = ANY(CAST(:days AS date[])) AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
