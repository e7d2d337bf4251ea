-- Forgets the counts of these stories.
WITH slices AS (
    DELETE FROM news.story_slices WHERE story_id = ANY(CAST(:stories AS bigint[]))
)
DELETE FROM news.story_counts WHERE story_id = ANY(CAST(:stories AS bigint[]))
