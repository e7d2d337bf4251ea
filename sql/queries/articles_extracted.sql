-- Notes by which edition of the extractor articles were read last, where nothing else changed, and why they are none.
UPDATE news.articles SET extractor_id = one.extractor_id, reason = one.reason
FROM unnest(CAST(:ids AS bigint[]), CAST(:extractors AS smallint[]), CAST(:reasons AS text[])) AS one (id, extractor_id, reason)
WHERE articles.id = one.id
