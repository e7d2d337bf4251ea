-- Takes articles that are none any more out of their groups and stories. Returns the stories they were in.
WITH left_behind AS (
    SELECT id, story_id FROM news.articles WHERE id = ANY(CAST(:ids AS bigint[]))
), gone AS (
    UPDATE news.articles SET origin_id = NULL, story_id = NULL, compared_at = NULL, grouped_at = NULL
    WHERE id = ANY(CAST(:ids AS bigint[]))
)
SELECT DISTINCT story_id FROM left_behind WHERE story_id IS NOT NULL
