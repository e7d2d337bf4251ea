-- Brings the cells of these days and sources (null: of every source) in line with the articles: of coverage (taxonomy 0), with
-- where each text stands, and of the topics and actors of a taxonomy. What holds is not written; what changes is noted for counts_follow.sql, if it is wanted.
WITH marked AS MATERIALIZED (
    SELECT DISTINCT day, source_id FROM unnest(CAST(:days AS date[]), CAST(:sources AS integer[])) AS mark (day, source_id)
), facts AS (
    SELECT
        articles.id, articles.day, articles.source_id, coalesce(articles.language, 'und') AS language,
        coalesce(articles.origin_id, articles.id) AS origin_id
    FROM news.articles
    WHERE articles.state = 'stored'
        AND articles.day IN (SELECT day FROM marked WHERE source_id IS NULL)
    UNION ALL
    SELECT
        articles.id, articles.day, articles.source_id, coalesce(articles.language, 'und'),
        coalesce(articles.origin_id, articles.id)
    FROM marked
    JOIN news.articles ON articles.source_id = marked.source_id AND articles.day = marked.day
    WHERE articles.state = 'stored'
        AND marked.day NOT IN (SELECT day FROM marked WHERE source_id IS NULL)
), subjects AS (
    SELECT 0 AS taxonomy_id, 'coverage' AS about, 0::smallint AS about_id, facts.*
    FROM facts
    WHERE 0 = ANY(CAST(:taxonomies AS integer[]))
    UNION ALL
    SELECT said.taxonomy_id, subject.about, subject.about_id, facts.*
    FROM facts
    JOIN news.taggings AS said
        ON said.article_id = facts.id AND said.taxonomy_id = ANY(CAST(:taxonomies AS integer[])) AND said.taxonomy_id <> 0
    CROSS JOIN LATERAL (
        SELECT 'topic' AS about, unnest(said.topic_ids) AS about_id
        UNION ALL
        SELECT 'actor', unnest(said.actor_ids)
    ) AS subject
), counted AS (
    SELECT
        taxonomy_id, about, about_id, day, source_id, language,
        count(*)::int AS articles, array_agg(DISTINCT origin_id ORDER BY origin_id) AS origins
    FROM subjects
    GROUP BY taxonomy_id, about, about_id, day, source_id, language
), kept AS (
    -- Two branches, so that each looks its cells up by a whole key.
    SELECT ctid AS place, cube.*
    FROM news.cube
    WHERE day = ANY(ARRAY(SELECT day FROM marked WHERE source_id IS NULL)) AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
    UNION ALL
    SELECT cube.ctid, cube.*
    FROM marked
    JOIN news.cube ON cube.day = marked.day AND cube.source_id = marked.source_id
    WHERE cube.taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
        AND marked.day NOT IN (SELECT day FROM marked WHERE source_id IS NULL)
), differences AS MATERIALIZED (
    SELECT
        kept.place, taxonomy_id, about, about_id, day, source_id, language,
        counted.articles, counted.origins, coalesce(kept.articles, 0) AS articles_before, kept.origins AS origins_before
    FROM kept
    FULL JOIN counted USING (taxonomy_id, about, about_id, day, source_id, language)
    WHERE (kept.articles, kept.origins) IS DISTINCT FROM (counted.articles, counted.origins)
), noted AS (
    INSERT INTO news.cube_changes (
        taxonomy_id, about, about_id, day, source_id, language, articles, comparable, origins_before, origins
    )
    SELECT
        taxonomy_id, about, about_id, day, source_id, language,
        coalesce(changed.articles, 0) - changed.articles_before,
        CASE graded.grade WHEN 'ok' THEN coalesce(changed.articles, 0) - changed.articles_before ELSE 0 END,
        coalesce(changed.origins_before, '{}'), coalesce(changed.origins, '{}')
    FROM differences AS changed
    LEFT JOIN LATERAL (
        SELECT grade FROM news.source_days WHERE source_id = changed.source_id AND day = changed.day OFFSET 0
    ) AS graded ON true
    WHERE CAST(:noted AS boolean)
), texts AS MATERIALIZED (
    SELECT origin_id, day, source_id, language, sum(difference) AS difference
    FROM (
        SELECT unnest(origins) AS origin_id, day, source_id, language, 1 AS difference FROM differences WHERE about = 'coverage'
        UNION ALL
        SELECT unnest(origins_before), day, source_id, language, -1 FROM differences WHERE about = 'coverage'
    ) AS given
    GROUP BY origin_id, day, source_id, language
    HAVING sum(difference) <> 0
), texts_come AS (
    INSERT INTO news.cube_texts (origin_id, day, source_id, language)
    SELECT origin_id, day, source_id, language FROM texts WHERE difference > 0
), texts_gone AS (
    DELETE FROM news.cube_texts
    USING texts
    WHERE texts.difference < 0
        AND (cube_texts.origin_id, cube_texts.day, cube_texts.source_id, cube_texts.language)
            = (texts.origin_id, texts.day, texts.source_id, texts.language)
), gone AS (
    DELETE FROM news.cube WHERE ctid = ANY(ARRAY(SELECT place FROM differences WHERE articles IS NULL))
)
INSERT INTO news.cube (taxonomy_id, about, about_id, day, source_id, language, articles, origins)
SELECT taxonomy_id, about, about_id, day, source_id, language, articles, origins
FROM differences
WHERE articles IS NOT NULL
ON CONFLICT (taxonomy_id, about, about_id, day, source_id, language) DO UPDATE SET
    articles = excluded.articles, origins = excluded.origins
