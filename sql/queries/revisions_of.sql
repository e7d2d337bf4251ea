-- The revisions of an article, the first one first, with the text before each.
SELECT
    revisions.number,
    revisions.kind,
    revisions.seen_at,
    revisions.title,
    revisions.new_title,
    revisions.text,
    revisions.headline_changed,
    revisions.sentences_added,
    revisions.sentences_removed,
    ARRAY(SELECT slug FROM news.topics WHERE id = ANY(revisions.topics_gained) ORDER BY slug) AS topics_gained,
    ARRAY(SELECT slug FROM news.topics WHERE id = ANY(revisions.topics_lost) ORDER BY slug) AS topics_lost
FROM news.revisions
WHERE revisions.article_id = :article
ORDER BY revisions.number
