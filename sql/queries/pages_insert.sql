-- Keeps a raw page; a body that the month has already is kept once.
INSERT INTO news.pages (month, content_hash, body, content_type, final_url, size, fetched_at)
VALUES (:month, :hash, :body, :type, :url, :size, :at)
ON CONFLICT (month, content_hash) DO NOTHING
