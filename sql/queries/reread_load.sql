-- What is needed to read articles again and to compare: one row an article with its raw page, if it has one.
SELECT
    articles.id, articles.source_id, articles.state, articles.reason, articles.url, articles.title, articles.language,
    articles.grade, articles.method, articles.published_at, articles.published_from, articles.page_hash,
    coalesce(articles.fetched_at, articles.first_seen_at) AS read_at, coalesce(texts.text, '') AS text,
    sources.language AS source_language, sources.kind = 'aggregator' AS aggregated,
    coalesce(entries.title, '') AS entry_title, coalesce(entries.publisher, '') AS publisher,
    coalesce(entries.summary, '') AS summary, coalesce(entries.content_html, '') AS content_html,
    coalesce(entries.authors, '{}') AS authors, entries.language AS entry_language,
    entries.published_at AS entry_published_at, entries.published_from AS entry_published_from,
    pages.body, pages.size, pages.content_type, pages.final_url,
    ARRAY(
        SELECT topics.slug
        FROM news.tags
        JOIN news.topics ON topics.id = tags.topic_id
        WHERE tags.taxonomy_id = :taxonomy AND tags.article_id = articles.id
        ORDER BY topics.slug
    ) AS topics
FROM news.articles
JOIN news.sources ON sources.id = articles.source_id
LEFT JOIN news.texts ON texts.article_id = articles.id
LEFT JOIN news.entries ON entries.article_id = articles.id
LEFT JOIN news.pages ON pages.month = articles.page_month AND pages.content_hash = articles.page_hash
WHERE articles.id = ANY(CAST(:ids AS bigint[]))
ORDER BY articles.id
