-- Grain: one row a text that was copied: a group of two or more articles.
-- Reads: news.origins, trends.article_facts, trends.source_facts, news.copies. Read by: analysts.
CREATE VIEW trends.origins AS
SELECT
    groups.origin_id,
    lead.title,
    lead.url,
    sources.source,
    sources.bloc,
    origins.agency,
    members.first_published_at,
    members.last_published_at,
    members.articles,
    members.sources,
    members.families,
    members.exact,
    members.edited,
    members.spun,
    members.blocs,
    members.languages,
    members.article_ids
FROM (
    SELECT id AS origin_id
    FROM news.origins
    WHERE (SELECT trends.as_of()) IS NULL
    UNION ALL
    SELECT origin_id
    FROM trends.article_facts
    WHERE (SELECT trends.as_of()) IS NOT NULL
    GROUP BY origin_id
    HAVING count(*) > 1
) AS groups
LEFT JOIN news.origins ON origins.id = groups.origin_id
JOIN trends.article_facts AS lead ON lead.article_id = groups.origin_id
JOIN trends.source_facts AS sources ON sources.source_id = lead.source_id
CROSS JOIN LATERAL (
    SELECT
        count(*) AS articles,
        count(DISTINCT article.source_id) AS sources,
        count(DISTINCT outlet.family) AS families,
        count(*) FILTER (WHERE copies.kind = 'exact') AS exact,
        count(*) FILTER (WHERE copies.kind = 'edited') AS edited,
        count(*) FILTER (WHERE copies.kind = 'spun') AS spun,
        array_agg(DISTINCT outlet.bloc) AS blocs,
        array_agg(DISTINCT article.language) AS languages,
        array_agg(article.article_id ORDER BY coalesce(article.published_at, article.first_seen_at), article.article_id) AS article_ids,
        min(article.published_at) AS first_published_at,
        max(coalesce(article.published_at, article.first_seen_at)) AS last_published_at
    FROM trends.article_facts AS article
    JOIN trends.source_facts AS outlet ON outlet.source_id = article.source_id
    LEFT JOIN news.copies
        ON copies.article_id = article.article_id AND copies.found_at <= coalesce((SELECT trends.as_of()), 'infinity')
    WHERE article.origin_id = groups.origin_id
) AS members;

COMMENT ON VIEW trends.origins IS 'Texts that were copied, and by whom. One row a group of two or more articles.';
COMMENT ON COLUMN trends.origins.origin_id IS 'The earliest article of the group, a key into trends.articles.';
COMMENT ON COLUMN trends.origins.title IS 'Its headline.';
COMMENT ON COLUMN trends.origins.url IS 'Its address.';
COMMENT ON COLUMN trends.origins.source IS 'The source that had it first.';
COMMENT ON COLUMN trends.origins.bloc IS 'Bloc of that source.';
COMMENT ON COLUMN trends.origins.agency IS 'The agency the text credits, if any; null too for a group of an earlier moment that is part of another now.';
COMMENT ON COLUMN trends.origins.first_published_at IS 'When it was first published.';
COMMENT ON COLUMN trends.origins.last_published_at IS 'When the last copy was published.';
COMMENT ON COLUMN trends.origins.articles IS 'Members of the group, the first one included.';
COMMENT ON COLUMN trends.origins.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.origins.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.origins.exact IS 'Copies with the same words, or nearly all of them.';
COMMENT ON COLUMN trends.origins.edited IS 'Copies that were shortened, extended or updated.';
COMMENT ON COLUMN trends.origins.spun IS 'Copies reworded throughout, by machine as a rule.';
COMMENT ON COLUMN trends.origins.blocs IS 'Blocs of the sources.';
COMMENT ON COLUMN trends.origins.languages IS 'Languages of the articles.';
COMMENT ON COLUMN trends.origins.article_ids IS 'The members, earliest first.';
