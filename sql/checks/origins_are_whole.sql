-- Groups of copies that contradict themselves. Returns the article or group and what is wrong with it.
SELECT articles.id AS article_id, 'in a group that is not kept' AS wrong
FROM news.articles
WHERE articles.state = 'stored'
    AND articles.origin_id <> articles.id
    AND NOT EXISTS (SELECT FROM news.origins WHERE origins.id = articles.origin_id)
UNION ALL
SELECT origins.id, 'counts ' || origins.members || ' members, has ' || members.articles
FROM news.origins
CROSS JOIN LATERAL (
    SELECT count(*) AS articles FROM news.articles WHERE articles.origin_id = origins.id AND articles.state = 'stored'
) AS members
WHERE origins.members <> members.articles OR origins.members < 2
UNION ALL
SELECT origins.id, 'published first at ' || origins.first_published_at || ', not ' || members.first_published_at
FROM news.origins
CROSS JOIN LATERAL (
    SELECT min(articles.published_at) AS first_published_at, bool_and(articles.compared_at IS NOT NULL) AS are_compared
    FROM news.articles WHERE articles.origin_id = origins.id AND articles.state = 'stored'
) AS members
WHERE members.are_compared AND origins.first_published_at <> members.first_published_at
UNION ALL
SELECT articles.id, 'a copy without a word on what it copies'
FROM news.articles
WHERE articles.state = 'stored'
    AND articles.origin_id <> articles.id
    AND NOT EXISTS (SELECT FROM news.copies WHERE copies.article_id = articles.id)
UNION ALL
SELECT copies.article_id, 'a copy of an article outside its group'
FROM news.copies
JOIN news.articles AS copy ON copy.id = copies.article_id
JOIN news.articles AS model ON model.id = copies.of_article_id
WHERE copy.origin_id IS DISTINCT FROM model.origin_id OR copy.origin_id = copy.id
