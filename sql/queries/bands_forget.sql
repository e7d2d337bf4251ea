-- Drops the bands of articles published before a day.
DELETE FROM news.bands WHERE day < :before
