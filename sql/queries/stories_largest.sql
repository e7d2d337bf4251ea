-- The stories that most sources tell of, each with the headline of its first article in this language, else of its first.
SELECT
    coalesce(
        (
            SELECT articles.title
            FROM trends.articles
            WHERE articles.story_id = stories.story_id AND articles.language = :language
            ORDER BY articles.published_at, articles.article_id
            LIMIT 1
        ),
        stories.title
    ) AS title,
    stories.started_at,
    stories.articles,
    stories.origins,
    stories.languages
FROM trends.stories
ORDER BY stories.sources DESC, stories.articles DESC, stories.started_at, stories.story_id
LIMIT :limit
