-- Stories that contradict their articles. Returns the story or article and what is wrong with it.
SELECT stories.id AS story_id, NULL::bigint AS article_id, 'counts ' || stories.members || ' members, has ' || members.articles AS wrong
FROM news.stories
CROSS JOIN LATERAL (
    SELECT count(*) AS articles FROM news.articles WHERE articles.story_id = stories.id
) AS members
WHERE stories.members <> members.articles
UNION ALL
SELECT articles.story_id, articles.id, 'in a story that is not kept'
FROM news.articles
WHERE articles.story_id IS NOT NULL AND NOT EXISTS (SELECT FROM news.stories WHERE stories.id = articles.story_id)
UNION ALL
SELECT copy.story_id, copy.id, 'in another story than the text it copies'
FROM news.articles AS copy
JOIN news.articles AS lead ON lead.id = copy.origin_id
WHERE copy.grouped_at IS NOT NULL AND lead.grouped_at IS NOT NULL
    AND copy.story_id IS NOT NULL AND lead.story_id IS NOT NULL AND copy.story_id <> lead.story_id
