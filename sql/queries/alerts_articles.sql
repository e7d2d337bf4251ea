-- The articles on a topic in a slice on some days, one a source, language and text: those of sources graded ok that had 7
-- texts in the 56 days before, as tests count them, or of all.
-- Returns article_id, source, bloc, title, url, story_id, origin_id, at (when it reported) and related, the first one first.
WITH counted AS MATERIALIZED (
    SELECT DISTINCT ON (facts.day, facts.source_id, facts.language, facts.origin_id)
        facts.article_id, facts.day, facts.source_id, sources.source, sources.bloc, facts.title, facts.url, facts.story_id, facts.origin_id,
        trends.reported_at(facts.published_at, facts.first_seen_at, sources.country, facts.language) AS at,
        said.related
    FROM trends.article_facts AS facts
    JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
    JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
    WHERE facts.day = ANY(CAST(:days AS date[])) AND said.topic_ids @> ARRAY[CAST(:topic_id AS smallint)]
        AND CAST(:slice AS text) = CASE CAST(:slice_kind AS text)
            WHEN 'source' THEN sources.source
            WHEN 'bloc' THEN sources.bloc
            WHEN 'country' THEN sources.country
            WHEN 'kind' THEN sources.kind
            WHEN 'language' THEN facts.language
            WHEN 'all' THEN ''
        END
        AND (
            NOT CAST(:graded AS boolean)
            OR EXISTS (
                SELECT FROM trends.source_days AS known
                WHERE known.source_id = facts.source_id AND known.day = facts.day AND known.grade = 'ok'
            )
        )
    ORDER BY
        facts.day, facts.source_id, facts.language, facts.origin_id,
        trends.reported_at(facts.published_at, facts.first_seen_at, sources.country, facts.language), facts.article_id
)
SELECT
    counted.article_id, counted.source, counted.bloc, counted.title, counted.url, counted.story_id, counted.origin_id,
    counted.at, counted.related
FROM counted
WHERE NOT CAST(:graded AS boolean)
    OR (counted.source_id, counted.day) IN (
        SELECT told.source_id, told.day
        FROM (SELECT DISTINCT source_id, day FROM counted) AS told
        JOIN trends.cells
            ON cells.taxonomy_id = 0 AND cells.about = 'coverage' AND cells.about_id = 0
            AND cells.source_id = told.source_id AND cells.day < told.day AND cells.day >= told.day - 56
        GROUP BY told.source_id, told.day
        HAVING sum(cardinality(cells.origins)) >= 7
    )
ORDER BY counted.at, counted.article_id
