-- All that is known of the article at one address: one row, or none.
SELECT
    articles.id AS article_id,
    articles.url,
    articles.title,
    coalesce(texts.text, '') AS text,
    coalesce(texts.authors, '{}') AS authors,
    sources.slug AS source,
    sources.name AS source_name,
    sources.kind,
    sources.country,
    sources.bloc,
    sources.family,
    feeds.url AS feed,
    articles.state,
    articles.reason,
    articles.due_at,
    articles.language,
    articles.grade,
    articles.method,
    articles.words,
    articles.published_at,
    articles.published_from,
    articles.first_seen_at,
    articles.fetched_at,
    taggings.tagged_at,
    taxonomies.name AS taxonomy,
    taggings.related,
    ARRAY(
        SELECT actors.slug
        FROM unnest(taggings.actor_ids) WITH ORDINALITY AS named (actor_id, place)
        JOIN news.actors ON actors.id = named.actor_id
        ORDER BY named.place
    ) AS actors,
    (SELECT count(*) FROM news.sightings WHERE sightings.article_id = articles.id)::int AS feeds_listing,
    ARRAY(SELECT other.url FROM news.addresses AS other WHERE other.article_id = articles.id ORDER BY other.url) AS addresses,
    coalesce(articles.origin_id, articles.id) AS origin_id,
    articles.story_id
FROM news.addresses
JOIN news.articles ON articles.id = addresses.article_id
JOIN news.sources ON sources.id = articles.source_id
JOIN news.feeds ON feeds.id = articles.feed_id
LEFT JOIN news.texts ON texts.article_id = articles.id
LEFT JOIN news.taxonomies ON taxonomies.is_current
LEFT JOIN news.taggings ON taggings.taxonomy_id = taxonomies.id AND taggings.article_id = articles.id
WHERE addresses.url_key = :key
