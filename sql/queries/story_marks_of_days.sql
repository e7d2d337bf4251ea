-- The stories with an article of these days and sources (null: of every source), each once.
SELECT DISTINCT articles.story_id
FROM news.articles
WHERE articles.story_id IS NOT NULL AND articles.state = 'stored' AND articles.day = ANY(
    ARRAY(SELECT day FROM unnest(CAST(:days AS date[]), CAST(:sources AS integer[])) AS mark (day, source_id) WHERE source_id IS NULL)
)
UNION
SELECT articles.story_id
FROM unnest(CAST(:days AS date[]), CAST(:sources AS integer[])) AS mark (day, source_id)
JOIN news.articles ON articles.source_id = mark.source_id AND articles.day = mark.day
WHERE articles.story_id IS NOT NULL AND articles.state = 'stored'
