-- Counts the articles of these days and sources (null: of every source) anew: coverage (taxonomy 0) and the topics and actors
-- of a taxonomy, by day, source and language.
WITH marked AS (
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
)
INSERT INTO news.cube (taxonomy_id, about, about_id, day, source_id, language, articles, origins)
SELECT taxonomy_id, about, about_id, day, source_id, language, count(*), array_agg(DISTINCT origin_id ORDER BY origin_id)
FROM subjects
GROUP BY taxonomy_id, about, about_id, day, source_id, language
