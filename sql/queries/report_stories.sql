-- The :most stories with most articles that began from day :since to day :until and that two sources at least reported; with
-- the first headline in English where their own is in another language.
SELECT
    stories.story_id,
    stories.title,
    CASE WHEN first.language <> 'en' THEN (
        SELECT facts.title
        FROM trends.article_facts AS facts
        WHERE facts.article_id = ANY(stories.article_ids) AND facts.language = 'en'
        ORDER BY coalesce(facts.published_at, facts.first_seen_at), facts.article_id
        LIMIT 1
    ) END AS gloss,
    stories.started_at,
    stories.last_at,
    stories.articles,
    stories.sources,
    stories.families,
    stories.origins,
    sources.name AS first_source,
    stories.first_bloc,
    stories.topics,
    stories.languages
FROM (
    SELECT *
    FROM trends.stories
    WHERE started_at >= CAST(:since AS date)::timestamp AT TIME ZONE 'UTC'
        AND started_at < (CAST(:until AS date) + 1)::timestamp AT TIME ZONE 'UTC'
        AND sources > 1
    ORDER BY articles DESC, started_at, story_id
    LIMIT :most
) AS stories
JOIN trends.source_facts AS sources ON sources.source = stories.first_source
LEFT JOIN trends.article_facts AS first ON first.article_id = stories.article_ids[1]
ORDER BY stories.articles DESC, stories.started_at, stories.story_id
