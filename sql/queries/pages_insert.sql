-- Keeps raw pages; a body that the month has already is kept once.
INSERT INTO news.pages (month, content_hash, body, content_type, final_url, size, fetched_at)
SELECT DISTINCT ON (page.month, page.content_hash) page.*
FROM unnest(
    CAST(:months AS date[]), CAST(:hashes AS bytea[]), CAST(:bodies AS bytea[]), CAST(:types AS text[]),
    CAST(:urls AS text[]), CAST(:sizes AS int[]), CAST(:times AS timestamptz[])
) AS page (month, content_hash, body, content_type, final_url, size, fetched_at)
ON CONFLICT (month, content_hash) DO NOTHING
