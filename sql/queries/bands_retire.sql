-- Drops bands that no new article will be compared with.
DELETE FROM news.bands WHERE day < :before
