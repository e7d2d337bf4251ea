-- Brings stories in line with their articles after some have left; what they have in common stays as it was.
UPDATE news.stories SET
    title = members.titles[1],
    first_article_id = members.ids[1],
    started_at = members.started_at,
    last_at = members.last_at,
    members = members.articles
FROM (
    SELECT
        story_id,
        count(*) AS articles,
        min(coalesce(published_at, first_seen_at)) AS started_at,
        max(coalesce(published_at, first_seen_at)) AS last_at,
        array_agg(title ORDER BY coalesce(published_at, first_seen_at), id) AS titles,
        array_agg(id ORDER BY coalesce(published_at, first_seen_at), id) AS ids
    FROM news.articles
    WHERE story_id = ANY(CAST(:ids AS bigint[]))
    GROUP BY story_id
) AS members
WHERE stories.id = members.story_id
