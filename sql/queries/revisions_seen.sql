-- What a run saw change, at most fifty: removals, changed headlines, then those with most sentences changed.
SELECT
    sources.slug AS source, articles.url, revisions.kind, revisions.title, revisions.new_title,
    revisions.headline_changed, revisions.sentences_added, revisions.sentences_removed
FROM news.revisions
JOIN news.articles ON articles.id = revisions.article_id
JOIN news.sources ON sources.id = articles.source_id
WHERE revisions.run_id = :run
ORDER BY
    revisions.kind <> 'deletion', NOT revisions.headline_changed,
    revisions.sentences_added + revisions.sentences_removed DESC, revisions.article_id
LIMIT 50
