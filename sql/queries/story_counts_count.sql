-- Brings the counts of these stories in line with their articles: who was first, four counts, length. What holds is not written.
WITH counted AS MATERIALIZED (
    SELECT * FROM trends.counted_stories WHERE story_id = ANY(CAST(:stories AS bigint[]))
), gone AS (
    DELETE FROM news.story_counts AS kept
    WHERE kept.story_id = ANY(CAST(:stories AS bigint[]))
        AND NOT EXISTS (
            SELECT FROM counted
            WHERE counted.story_id = kept.story_id
        )
)
INSERT INTO news.story_counts AS kept (
    story_id, started_at, last_at, started_on, first_article_id, first_source_id, first_timed, next_source_at,
    next_family_at, next_bloc_at, articles, sources, families, origins, words
)
SELECT
    counted.story_id, counted.started_at, counted.last_at, counted.started_on, counted.first_article_id,
    counted.first_source_id, counted.first_timed, counted.next_source_at, counted.next_family_at,
    counted.next_bloc_at, counted.articles, counted.sources, counted.families, counted.origins, counted.words
FROM counted
LEFT JOIN news.story_counts AS same USING (story_id)
WHERE (
        same.started_at, same.last_at, same.started_on, same.first_article_id, same.first_source_id,
        same.first_timed, same.next_source_at, same.next_family_at, same.next_bloc_at, same.articles,
        same.sources, same.families, same.origins, same.words
    ) IS DISTINCT FROM (
        counted.started_at, counted.last_at, counted.started_on, counted.first_article_id,
        counted.first_source_id, counted.first_timed, counted.next_source_at, counted.next_family_at,
        counted.next_bloc_at, counted.articles, counted.sources, counted.families, counted.origins,
        counted.words
    )
ON CONFLICT (story_id) DO UPDATE SET
    started_at = excluded.started_at, last_at = excluded.last_at, started_on = excluded.started_on,
    first_article_id = excluded.first_article_id, first_source_id = excluded.first_source_id,
    first_timed = excluded.first_timed, next_source_at = excluded.next_source_at, next_family_at =
    excluded.next_family_at, next_bloc_at = excluded.next_bloc_at, articles = excluded.articles,
    sources = excluded.sources, families = excluded.families, origins = excluded.origins, words =
    excluded.words, since = news.clock()
