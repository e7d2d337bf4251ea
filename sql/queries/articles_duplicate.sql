-- Makes rejected articles duplicates of those that have their canonical address: `articles_merge` moved their own.
UPDATE news.articles SET state = 'duplicate', reason = 'same article', extractor_id = one.extractor_id
FROM unnest(CAST(:ids AS bigint[]), CAST(:extractors AS smallint[])) AS one (id, extractor_id)
WHERE articles.id = one.id
