-- What a bloc reported of a story, the first report first: article_id, source, bloc, title, url, story_id, origin_id, at, related.
SELECT
    told.article_id, told.source, told.bloc, told.title, told.url, told.story_id, told.origin_id, told.reported_at AS at,
    coalesce(said.related, 0) AS related
FROM trends.story_articles AS told
LEFT JOIN trends.tagging_facts AS said ON said.article_id = told.article_id
WHERE told.story_id = :story AND told.bloc = :bloc
ORDER BY told.reported_at, told.article_id
