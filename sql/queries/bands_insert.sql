-- Keeps the bands under which copies of an article are looked up.
INSERT INTO news.bands (hash, article_id, day)
SELECT band.hash, band.article_id, articles.day
FROM unnest(CAST(:hashes AS bigint[]), CAST(:ids AS bigint[])) AS band (hash, article_id)
JOIN news.articles ON articles.id = band.article_id
