-- Grain: one row a stored article.
-- Reads: news.articles, news.sources, news.taggings, news.tags, news.actors, news.copies, news.revisions, trends.topics.
-- Read by: analysts, models/dossier.py.
CREATE VIEW trends.articles AS
SELECT
    articles.id AS article_id,
    articles.day,
    articles.url,
    articles.title,
    sources.slug AS source,
    sources.name AS source_name,
    sources.country,
    sources.kind,
    sources.bloc,
    sources.family,
    coalesce(articles.language, 'und') AS language,
    articles.published_at,
    articles.published_from,
    articles.first_seen_at,
    articles.fetched_at,
    taggings.tagged_at,
    articles.grade,
    articles.method,
    articles.words,
    taggings.related,
    ARRAY(
        SELECT topics.topic
        FROM news.tags
        JOIN trends.topics ON topics.taxonomy_id = tags.taxonomy_id AND topics.topic_id = tags.topic_id
        WHERE tags.article_id = articles.id
        ORDER BY tags.score DESC, topics.position
    ) AS topics,
    ARRAY(
        SELECT actors.slug
        FROM unnest(taggings.actor_ids) WITH ORDINALITY AS named (actor_id, place)
        JOIN news.actors ON actors.id = named.actor_id
        ORDER BY named.place
    ) AS actors,
    coalesce(articles.origin_id, articles.id) AS origin_id,
    copies.kind AS copy_kind,
    copies.of_article_id AS copy_of,
    articles.story_id,
    (SELECT count(*) FROM news.revisions WHERE revisions.article_id = articles.id AND revisions.kind = 'edit') AS edits,
    articles.deleted_at
FROM news.articles
JOIN news.sources ON sources.id = articles.source_id
LEFT JOIN news.taxonomies ON taxonomies.is_current
LEFT JOIN news.taggings ON taggings.taxonomy_id = taxonomies.id AND taggings.article_id = articles.id
LEFT JOIN news.copies ON copies.article_id = articles.id
WHERE articles.state = 'stored';

COMMENT ON VIEW trends.articles IS 'Every stored article with what is known of it; its text is in news.texts. One row an article.';
COMMENT ON COLUMN trends.articles.article_id IS 'Key into news.articles, news.texts and the other views.';
COMMENT ON COLUMN trends.articles.day IS 'The UTC day it counts on: of publication, or of first sight where no date was believable.';
COMMENT ON COLUMN trends.articles.url IS 'Address as first announced.';
COMMENT ON COLUMN trends.articles.title IS 'Headline.';
COMMENT ON COLUMN trends.articles.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.articles.source_name IS 'Name of the source.';
COMMENT ON COLUMN trends.articles.country IS 'ISO 3166-1 country of the source.';
COMMENT ON COLUMN trends.articles.kind IS 'agency, newspaper, broadcaster, magazine, government, think-tank, specialist, aggregator or unknown.';
COMMENT ON COLUMN trends.articles.bloc IS 'For whom the source speaks, as feeds.toml says.';
COMMENT ON COLUMN trends.articles.family IS 'Publisher family of the source.';
COMMENT ON COLUMN trends.articles.language IS 'ISO 639-1 language of the text; und: could not be told.';
COMMENT ON COLUMN trends.articles.published_at IS 'When it was published, as far as anyone says so believably; else null.';
COMMENT ON COLUMN trends.articles.published_from IS 'Who says so: page, feed, sitemap or url.';
COMMENT ON COLUMN trends.articles.first_seen_at IS 'When a feed first listed it to us.';
COMMENT ON COLUMN trends.articles.fetched_at IS 'When its page was fetched.';
COMMENT ON COLUMN trends.articles.tagged_at IS 'When it was tagged by the current taxonomy; null: not yet.';
COMMENT ON COLUMN trends.articles.grade IS 'How much of the article the text holds: full, partial or teaser.';
COMMENT ON COLUMN trends.articles.method IS 'Which extractor gave the text.';
COMMENT ON COLUMN trends.articles.words IS 'Length of the text (characters / 2 in scripts without spaces).';
COMMENT ON COLUMN trends.articles.related IS 'How close it is to the seed document''s subject, 0..1.';
COMMENT ON COLUMN trends.articles.topics IS 'Slugs of its topics by the current taxonomy, strongest first.';
COMMENT ON COLUMN trends.articles.actors IS 'Slugs of the actors it names, in order of first mention.';
COMMENT ON COLUMN trends.articles.origin_id IS 'The first article of its group of copies; its own id when it is no copy and has none.';
COMMENT ON COLUMN trends.articles.copy_kind IS 'exact, edited or spun, when it is a copy; else null.';
COMMENT ON COLUMN trends.articles.copy_of IS 'The article it was recognised as a copy of.';
COMMENT ON COLUMN trends.articles.story_id IS 'The story it belongs to; null: none.';
COMMENT ON COLUMN trends.articles.edits IS 'How often its publisher was seen to change it since; trends.revisions has what.';
COMMENT ON COLUMN trends.articles.deleted_at IS 'When its page was first found gone; it still counts. Null while it is there.';
