-- The lead of a group is a copy of nothing.
DELETE FROM news.copies WHERE article_id = :lead
