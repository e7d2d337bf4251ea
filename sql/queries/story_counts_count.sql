-- Counts these stories: who was first, four counts, length.
INSERT INTO news.story_counts (
    story_id, started_at, last_at, started_on, first_article_id, first_source_id, first_timed, next_source_at,
    next_family_at, next_bloc_at, articles, sources, families, origins, words
)
SELECT
    story_id, started_at, last_at, started_on, first_article_id, first_source_id, first_timed, next_source_at,
    next_family_at, next_bloc_at, articles, sources, families, origins, words
FROM trends.counted_stories
WHERE story_id = ANY(CAST(:stories AS bigint[]))
