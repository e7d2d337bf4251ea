-- Opens a story with its first article, which is counted when the batch is saved. Returns its id.
INSERT INTO news.stories (title, first_article_id, started_at, last_at, members, features)
VALUES (:title, :article, :at, :at, 0, '{}')
RETURNING id
