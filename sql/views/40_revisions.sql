-- Grain: one row a change of a stored article that was seen when it was looked at again.
-- Reads: news.revisions, news.articles, news.sources, news.topics, news.tags, trends.topics. Read by: analysts.
-- As of an earlier moment it has the changes that had been seen; source and topics are those of now and of the version used then.
-- The topics gained and lost are those of the taxonomy that was in use when the change was seen.
CREATE VIEW trends.revisions AS
SELECT
    revisions.article_id,
    revisions.number,
    revisions.kind,
    revisions.seen_at,
    extract(epoch FROM revisions.seen_at - articles.fetched_at)::float8 / 3600 AS hours_after,
    articles.url,
    sources.slug AS source,
    sources.bloc,
    sources.country,
    sources.family,
    coalesce(articles.language, 'und') AS language,
    revisions.title AS headline_before,
    revisions.new_title AS headline_after,
    revisions.headline_changed,
    revisions.sentences_added,
    revisions.sentences_removed,
    revisions.words AS words_before,
    revisions.new_words AS words_after,
    ARRAY(SELECT slug FROM news.topics WHERE id = ANY(revisions.topics_gained) ORDER BY slug) AS topics_gained,
    ARRAY(SELECT slug FROM news.topics WHERE id = ANY(revisions.topics_lost) ORDER BY slug) AS topics_lost,
    ARRAY(
        SELECT topics.topic
        FROM news.tags
        JOIN trends.topics ON topics.taxonomy_id = tags.taxonomy_id AND topics.topic_id = tags.topic_id
        WHERE tags.article_id = articles.id
        ORDER BY tags.score DESC, topics.position
    ) AS topics,
    revisions.text AS text_before,
    revisions.run_id
FROM news.revisions
JOIN news.articles ON articles.id = revisions.article_id
JOIN news.sources ON sources.id = articles.source_id
WHERE revisions.seen_at <= coalesce((SELECT trends.as_of()), 'infinity');

COMMENT ON VIEW trends.revisions IS 'What publishers changed in articles after these were stored: edits, removals, and pages that came back. One row a change that was seen.';
COMMENT ON COLUMN trends.revisions.article_id IS 'Key into trends.articles.';
COMMENT ON COLUMN trends.revisions.number IS 'From 1, in the order in which the changes of the article were seen.';
COMMENT ON COLUMN trends.revisions.kind IS 'edit, fuller (more of the same text could be read), deletion or return.';
COMMENT ON COLUMN trends.revisions.seen_at IS 'When the page was fetched that showed it; it happened between this and the look before.';
COMMENT ON COLUMN trends.revisions.hours_after IS 'Hours from the first fetch of the article to that.';
COMMENT ON COLUMN trends.revisions.url IS 'Address of the article as first announced.';
COMMENT ON COLUMN trends.revisions.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.revisions.bloc IS 'For whom the source speaks, as feeds.toml says.';
COMMENT ON COLUMN trends.revisions.country IS 'ISO 3166-1 country of the source.';
COMMENT ON COLUMN trends.revisions.family IS 'Publisher family of the source.';
COMMENT ON COLUMN trends.revisions.language IS 'ISO 639-1 language of the text; und: could not be told.';
COMMENT ON COLUMN trends.revisions.headline_before IS 'The headline before.';
COMMENT ON COLUMN trends.revisions.headline_after IS 'The headline after; the same where it did not change.';
COMMENT ON COLUMN trends.revisions.headline_changed IS 'Whether it says something else, apart from case and punctuation.';
COMMENT ON COLUMN trends.revisions.sentences_added IS 'Sentences that the text before did not have.';
COMMENT ON COLUMN trends.revisions.sentences_removed IS 'Sentences that are gone; one that was reworded counts as added and as removed.';
COMMENT ON COLUMN trends.revisions.words_before IS 'Length of the text before.';
COMMENT ON COLUMN trends.revisions.words_after IS 'Length of the text after.';
COMMENT ON COLUMN trends.revisions.topics_gained IS 'Topics it has since, by the taxonomy in use at that moment.';
COMMENT ON COLUMN trends.revisions.topics_lost IS 'Topics it had until then.';
COMMENT ON COLUMN trends.revisions.topics IS 'Its topics now, by the current taxonomy, strongest first.';
COMMENT ON COLUMN trends.revisions.text_before IS 'The text before; null where it did not change.';
COMMENT ON COLUMN trends.revisions.run_id IS 'The run that saw it, a key into ops.runs.';
