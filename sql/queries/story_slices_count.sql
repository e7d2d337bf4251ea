-- Brings the counts of these stories by bloc and language in line with their articles. What holds is not written.
WITH counted AS MATERIALIZED (
    SELECT * FROM trends.counted_story_slices WHERE story_id = ANY(CAST(:stories AS bigint[]))
), gone AS (
    DELETE FROM news.story_slices AS kept
    WHERE kept.story_id = ANY(CAST(:stories AS bigint[]))
        AND NOT EXISTS (
            SELECT FROM counted
            WHERE (counted.story_id, counted.slice_kind, counted.slice)
                = (kept.story_id, kept.slice_kind, kept.slice)
        )
)
INSERT INTO news.story_slices AS kept (
    story_id, slice_kind, slice, started_on, first_at, lag, first_article_id, first_timed, articles, sources,
    families, origins, words
)
SELECT
    counted.story_id, counted.slice_kind, counted.slice, counted.started_on, counted.first_at, counted.lag,
    counted.first_article_id, counted.first_timed, counted.articles, counted.sources, counted.families,
    counted.origins, counted.words
FROM counted
LEFT JOIN news.story_slices AS same USING (story_id, slice_kind, slice)
WHERE (
        same.started_on, same.first_at, same.lag, same.first_article_id, same.first_timed, same.articles,
        same.sources, same.families, same.origins, same.words
    ) IS DISTINCT FROM (
        counted.started_on, counted.first_at, counted.lag, counted.first_article_id, counted.first_timed,
        counted.articles, counted.sources, counted.families, counted.origins, counted.words
    )
ON CONFLICT (story_id, slice_kind, slice) DO UPDATE SET
    started_on = excluded.started_on, first_at = excluded.first_at, lag = excluded.lag, first_article_id
    = excluded.first_article_id, first_timed = excluded.first_timed, articles = excluded.articles,
    sources = excluded.sources, families = excluded.families, origins = excluded.origins, words =
    excluded.words, since = news.clock()
