-- Grain: one row a text that was copied: a group of two or more articles.
-- Reads: news.origins, trends.article_facts, trends.source_facts, news.copies. Read by: analysts.
-- What is told of the members is looked up by sub-selects, so that the most copied, or those of some days, are found first.
CREATE VIEW trends.origins AS
SELECT
    groups.origin_id,
    lead.title,
    lead.url,
    lead.source,
    lead.bloc,
    (SELECT agency FROM news.origins WHERE origins.id = groups.origin_id) AS agency,
    groups.first_published_at,
    (
        SELECT max(coalesce(member.published_at, member.first_seen_at))
        FROM trends.article_facts AS member
        WHERE member.origin_id = groups.origin_id
    ) AS last_published_at,
    groups.articles,
    (SELECT count(DISTINCT member.source_id) FROM trends.article_facts AS member WHERE member.origin_id = groups.origin_id) AS sources,
    (
        SELECT count(DISTINCT outlet.family)
        FROM trends.article_facts AS member
        JOIN trends.source_facts AS outlet ON outlet.source_id = member.source_id
        WHERE member.origin_id = groups.origin_id
    ) AS families,
    (
        SELECT count(*)
        FROM trends.article_facts AS member
        JOIN news.copies ON copies.article_id = member.article_id AND copies.found_at <= coalesce((SELECT trends.as_of()), 'infinity')
        WHERE member.origin_id = groups.origin_id AND copies.kind = 'exact'
    ) AS exact,
    (
        SELECT count(*)
        FROM trends.article_facts AS member
        JOIN news.copies ON copies.article_id = member.article_id AND copies.found_at <= coalesce((SELECT trends.as_of()), 'infinity')
        WHERE member.origin_id = groups.origin_id AND copies.kind = 'edited'
    ) AS edited,
    (
        SELECT count(*)
        FROM trends.article_facts AS member
        JOIN news.copies ON copies.article_id = member.article_id AND copies.found_at <= coalesce((SELECT trends.as_of()), 'infinity')
        WHERE member.origin_id = groups.origin_id AND copies.kind = 'spun'
    ) AS spun,
    ARRAY(
        SELECT DISTINCT outlet.bloc
        FROM trends.article_facts AS member
        JOIN trends.source_facts AS outlet ON outlet.source_id = member.source_id
        WHERE member.origin_id = groups.origin_id
        ORDER BY outlet.bloc
    ) AS blocs,
    ARRAY(
        SELECT DISTINCT member.language
        FROM trends.article_facts AS member
        WHERE member.origin_id = groups.origin_id
        ORDER BY member.language
    ) AS languages,
    ARRAY(
        SELECT member.article_id
        FROM trends.article_facts AS member
        WHERE member.origin_id = groups.origin_id
        ORDER BY coalesce(member.published_at, member.first_seen_at), member.article_id
    ) AS article_ids
FROM (
    SELECT id AS origin_id, members::bigint AS articles, first_published_at
    FROM news.origins
    WHERE (SELECT trends.as_of()) IS NULL
    UNION ALL
    SELECT origin_id, count(*), min(published_at)
    FROM trends.article_facts
    WHERE (SELECT trends.as_of()) IS NOT NULL
    GROUP BY origin_id
    HAVING count(*) > 1
) AS groups
CROSS JOIN LATERAL (
    SELECT facts.title, facts.url, sources.source, sources.bloc
    FROM trends.article_facts AS facts
    JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
    WHERE facts.article_id = groups.origin_id
    OFFSET 0
) AS lead;

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
