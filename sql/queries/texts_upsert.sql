-- Keeps the text of an article.
INSERT INTO news.texts (article_id, text, authors, syndicated_from)
VALUES (:id, :text, CAST(:authors AS text[]), :syndicated)
ON CONFLICT (article_id) DO UPDATE SET
    text = excluded.text, authors = excluded.authors, syndicated_from = excluded.syndicated_from
