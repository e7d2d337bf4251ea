-- Stored articles drawn from all times: the same ones each time, as long as no others come in.
SELECT id FROM news.articles WHERE state = 'stored' ORDER BY hashint8extended(id, 0), id LIMIT :limit
