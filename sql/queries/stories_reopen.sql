-- Opens the story of articles again that are in one without a topic, or in none with a topic of the current taxonomy.
UPDATE news.articles SET grouped_at = NULL
WHERE state = 'stored'
    AND grouped_at IS NOT NULL
    AND (story_id IS NOT NULL) <> EXISTS (
        SELECT FROM news.tags
        JOIN news.taxonomies ON taxonomies.id = tags.taxonomy_id AND taxonomies.is_current
        WHERE tags.article_id = articles.id
    )
