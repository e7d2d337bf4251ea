-- Grain: one row a version, subject, slice and period with at least one article.
-- Reads: trends.article_facts, trends.tagging_facts, trends.source_facts, trends.source_days. Read by: sql/checks.
-- A plain count from every article: what news.counts is checked against.
CREATE VIEW trends.counted AS
SELECT
    subject.taxonomy_id,
    subject.about,
    subject.about_id,
    slices.slice_kind,
    slices.slice,
    periods.grain,
    periods.starts_on,
    count(*)::int AS articles,
    count(DISTINCT facts.source_id)::int AS sources,
    count(DISTINCT sources.family)::int AS families,
    count(DISTINCT facts.origin_id)::int AS origins,
    (
        SELECT sum(own.articles * own.articles)::bigint
        FROM (SELECT count(*) AS articles FROM unnest(array_agg(facts.source_id)) AS each (id) GROUP BY each.id) AS own
    ) AS squares,
    CASE periods.grain WHEN 'day' THEN (count(*) FILTER (WHERE graded.grade = 'ok'))::int END AS comparable
FROM trends.article_facts AS facts
JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
LEFT JOIN trends.source_days AS graded ON graded.source_id = facts.source_id AND graded.day = facts.day
LEFT JOIN trends.tagging_facts AS said ON said.article_id = facts.article_id
CROSS JOIN LATERAL (
    SELECT 0 AS taxonomy_id, 'coverage' AS about, 0::smallint AS about_id
    UNION ALL
    SELECT said.taxonomy_id, 'topic', unnest(said.topic_ids)
    UNION ALL
    SELECT said.taxonomy_id, 'actor', unnest(said.actor_ids)
) AS subject
CROSS JOIN LATERAL (
    VALUES
        ('all', ''), ('source', sources.source), ('bloc', sources.bloc), ('country', sources.country),
        ('language', facts.language), ('kind', sources.kind)
) AS slices (slice_kind, slice)
CROSS JOIN LATERAL (
    VALUES
        ('day', facts.day), ('week', date_trunc('week', facts.day)::date), ('month', date_trunc('month', facts.day)::date)
) AS periods (grain, starts_on)
WHERE NOT (subject.about = 'actor' AND slices.slice_kind = 'source')
GROUP BY
    subject.taxonomy_id, subject.about, subject.about_id, slices.slice_kind, slices.slice, periods.grain, periods.starts_on;

COMMENT ON VIEW trends.counted IS 'What trends.counts holds, counted anew from every article. One row a version, subject, slice and period with at least one article.';
COMMENT ON COLUMN trends.counted.taxonomy_id IS 'Version of the taxonomy; 0 for coverage.';
COMMENT ON COLUMN trends.counted.about IS 'coverage (all articles), topic or actor.';
COMMENT ON COLUMN trends.counted.about_id IS 'Which topic or actor; 0 for coverage.';
COMMENT ON COLUMN trends.counted.slice_kind IS 'all, source, bloc, country, language or kind.';
COMMENT ON COLUMN trends.counted.slice IS 'Which source, bloc, …; empty for all.';
COMMENT ON COLUMN trends.counted.grain IS 'day, week or month.';
COMMENT ON COLUMN trends.counted.starts_on IS 'The day, the Monday, or the first of the month (UTC).';
COMMENT ON COLUMN trends.counted.articles IS 'Articles.';
COMMENT ON COLUMN trends.counted.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.counted.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.counted.origins IS 'Distinct texts among them.';
COMMENT ON COLUMN trends.counted.squares IS 'Sum over sources of the square of their articles.';
COMMENT ON COLUMN trends.counted.comparable IS 'Articles from sources graded ok that day; null for weeks and months.';

-- Grain: one row a version, subject, slice and period with at least one article.
-- Reads: news.counts, news.counts_past. Read by: every view of topics, actors and coverage over time.
CREATE VIEW trends.counts AS
SELECT
    taxonomy_id, about, about_id, slice_kind, slice, grain, starts_on,
    articles, sources, families, origins, squares, comparable
FROM news.counts
WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT
    taxonomy_id, about, about_id, slice_kind, slice, grain, starts_on,
    articles, sources, families, origins, squares, comparable
FROM news.counts_past
WHERE since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of());

COMMENT ON VIEW trends.counts IS 'Four counts of every subject in every slice, by day, week and month: what the named views are made of. One row a version, subject, slice and period with at least one article.';
COMMENT ON COLUMN trends.counts.taxonomy_id IS 'Version of the taxonomy (join trends.topics on it and topic_id); 0 for coverage.';
COMMENT ON COLUMN trends.counts.about IS 'coverage (all articles), topic or actor.';
COMMENT ON COLUMN trends.counts.about_id IS 'Which topic (news.topics) or actor (news.actors); 0 for coverage.';
COMMENT ON COLUMN trends.counts.slice_kind IS 'all, source, bloc, country, language or kind; actors are not counted by source.';
COMMENT ON COLUMN trends.counts.slice IS 'Which source, bloc, …; empty for all.';
COMMENT ON COLUMN trends.counts.grain IS 'day, week or month.';
COMMENT ON COLUMN trends.counts.starts_on IS 'The day, the Monday, or the first of the month (UTC).';
COMMENT ON COLUMN trends.counts.articles IS 'Articles.';
COMMENT ON COLUMN trends.counts.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.counts.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.counts.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.counts.squares IS 'Sum over sources of the square of their articles: articles² / squares is the effective number of sources.';
COMMENT ON COLUMN trends.counts.comparable IS 'Articles from sources graded ok that day (the healthy panel); null for weeks and months.';
