-- Counts these stories by bloc and by language.
INSERT INTO news.story_slices (
    story_id, slice_kind, slice, started_on, first_at, lag, first_article_id, first_timed, articles, sources, families,
    origins, words
)
SELECT
    story_id, slice_kind, slice, started_on, first_at, lag, first_article_id, first_timed, articles, sources, families,
    origins, words
FROM trends.counted_story_slices
WHERE story_id = ANY(CAST(:stories AS bigint[]))
