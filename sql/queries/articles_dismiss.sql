-- Takes stored articles for none any more: their text, tags, bands and looks go. Their group of copies and their story
-- are left by `articles_dismissed`, when those have been told.
WITH untexted AS (
    DELETE FROM news.texts WHERE article_id = ANY(CAST(:ids AS bigint[]))
), untagged AS (
    DELETE FROM news.tags WHERE article_id = ANY(CAST(:ids AS bigint[]))
), forgotten AS (
    DELETE FROM news.taggings WHERE article_id = ANY(CAST(:ids AS bigint[]))
), unbanded AS (
    DELETE FROM news.bands WHERE article_id = ANY(CAST(:ids AS bigint[]))
), unlooked AS (
    DELETE FROM news.looks WHERE article_id = ANY(CAST(:ids AS bigint[])) AND claimed_by IS NULL
)
UPDATE news.articles SET
    state = 'rejected', reason = one.reason, extractor_id = one.extractor_id, grade = NULL, method = NULL, words = NULL,
    content_hash = NULL
FROM unnest(CAST(:ids AS bigint[]), CAST(:extractors AS smallint[]), CAST(:reasons AS text[])) AS one (id, extractor_id, reason)
WHERE articles.id = one.id
