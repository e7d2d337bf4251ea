-- Topics over time in every slice. Counts are null where nothing was collected, and zero where something was but nothing on
-- the topic. A share is null, with the reason, on a day that cannot be compared.

-- Grain: one row a topic, slice and day, for every row of trends.slice_days.
-- Reads: trends.topics, trends.slice_days, news.counts, news.counts_past. Read by: the views by slice below, models/trends.py.
-- The counts of a topic are looked up in the tables: a join with trends.counts, which has a past, would read those of all topics.
CREATE VIEW trends.topic_slice_days AS
SELECT
    topic,
    slice_kind,
    slice,
    day,
    CASE WHEN coverage IS NOT NULL THEN coalesce(articles, 0) END AS articles,
    CASE WHEN coverage IS NOT NULL THEN coalesce(sources, 0) END AS sources,
    CASE WHEN coverage IS NOT NULL THEN coalesce(families, 0) END AS families,
    CASE WHEN coverage IS NOT NULL THEN coalesce(origins, 0) END AS origins,
    articles::float8 * articles / squares AS effective_sources,
    coverage,
    CASE WHEN reason IS NULL THEN coalesce(articles, 0)::float8 / coverage END AS share,
    CASE WHEN comparable_coverage IS NOT NULL THEN coalesce(comparable, 0) END AS comparable,
    comparable_coverage,
    CASE WHEN comparable_coverage > 0 THEN coalesce(comparable, 0)::float8 / comparable_coverage END AS comparable_share,
    grade,
    completeness,
    reason,
    complete
FROM (
    SELECT
        topic, slice_kind, slice, day,
        max(articles) AS articles, max(sources) AS sources, max(families) AS families, max(origins) AS origins,
        max(squares) AS squares, max(comparable) AS comparable,
        max(coverage) AS coverage, max(comparable_coverage) AS comparable_coverage, max(grade) AS grade,
        max(completeness) AS completeness, max(reason) AS reason, bool_or(complete) AS complete
    FROM (
        SELECT
            topics.topic, slices.slice_kind, slices.slice, slices.day, true AS listed,
            NULL::integer AS articles, NULL::integer AS sources, NULL::integer AS families, NULL::integer AS origins,
            NULL::bigint AS squares, NULL::integer AS comparable,
            slices.articles AS coverage, slices.comparable AS comparable_coverage, slices.grade, slices.completeness,
            slices.reason, slices.complete
        FROM trends.topics
        CROSS JOIN trends.slice_days AS slices
        UNION ALL
        SELECT
            topics.topic, own.slice_kind, own.slice, own.day, false,
            own.articles, own.sources, own.families, own.origins, own.squares, own.comparable,
            NULL, NULL, NULL, NULL, NULL, NULL
        FROM trends.topics
        CROSS JOIN LATERAL (
            SELECT slice_kind, slice, starts_on AS day, articles, sources, families, origins, squares, comparable
            FROM news.counts
            WHERE taxonomy_id = topics.taxonomy_id AND about = 'topic' AND about_id = topics.topic_id AND grain = 'day'
                AND since <= coalesce((SELECT trends.as_of()), 'infinity')
            UNION ALL
            SELECT slice_kind, slice, starts_on, articles, sources, families, origins, squares, comparable
            FROM news.counts_past
            WHERE taxonomy_id = topics.taxonomy_id AND about = 'topic' AND about_id = topics.topic_id AND grain = 'day'
                AND since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of())
        ) AS own
    ) AS parts
    GROUP BY topic, slice_kind, slice, day
    HAVING bool_or(listed)
) AS days;

COMMENT ON VIEW trends.topic_slice_days IS 'Each topic over time in every slice. One row a topic, slice and day, gaps included.';
COMMENT ON COLUMN trends.topic_slice_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_slice_days.slice_kind IS 'all, source, bloc, country, language or kind.';
COMMENT ON COLUMN trends.topic_slice_days.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.topic_slice_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_slice_days.articles IS 'Articles on the topic; null where nothing was collected, zero where something was but nothing on the topic.';
COMMENT ON COLUMN trends.topic_slice_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_slice_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_slice_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_slice_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_slice_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_slice_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.topic_slice_days.comparable IS 'Articles on the topic from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.topic_slice_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.topic_slice_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_slice_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_slice_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_slice_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.topic_slice_days.complete IS 'False for today: more may come.';

-- Grain: one row a topic, source and day, gaps included.
-- Reads: trends.topic_slice_days. Read by: analysts.
CREATE VIEW trends.topic_source_days AS
SELECT
    topic, slice AS source, day, articles, sources, families, origins, effective_sources, coverage, share,
    comparable, comparable_coverage, comparable_share, grade, completeness, reason, complete
FROM trends.topic_slice_days
WHERE slice_kind = 'source';

COMMENT ON VIEW trends.topic_source_days IS 'Each topic over time within each source. One row a topic, source and day, gaps included.';
COMMENT ON COLUMN trends.topic_source_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_source_days.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.topic_source_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_source_days.articles IS 'Articles on the topic; null where nothing was collected, zero where something was but nothing on the topic.';
COMMENT ON COLUMN trends.topic_source_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_source_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_source_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_source_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_source_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_source_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.topic_source_days.comparable IS 'Articles on the topic from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.topic_source_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.topic_source_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_source_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_source_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_source_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.topic_source_days.complete IS 'False for today: more may come.';

-- Grain: one row a topic, bloc and day, gaps included.
-- Reads: trends.topic_slice_days. Read by: analysts.
CREATE VIEW trends.topic_bloc_days AS
SELECT
    topic, slice AS bloc, day, articles, sources, families, origins, effective_sources, coverage, share,
    comparable, comparable_coverage, comparable_share, grade, completeness, reason, complete
FROM trends.topic_slice_days
WHERE slice_kind = 'bloc';

COMMENT ON VIEW trends.topic_bloc_days IS 'Each topic over time within each bloc. One row a topic, bloc and day, gaps included.';
COMMENT ON COLUMN trends.topic_bloc_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_bloc_days.bloc IS 'Bloc of the sources, as feeds.toml says.';
COMMENT ON COLUMN trends.topic_bloc_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_bloc_days.articles IS 'Articles on the topic; null where nothing was collected, zero where something was but nothing on the topic.';
COMMENT ON COLUMN trends.topic_bloc_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_bloc_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_bloc_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_bloc_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_bloc_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_bloc_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.topic_bloc_days.comparable IS 'Articles on the topic from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.topic_bloc_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.topic_bloc_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_bloc_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_bloc_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_bloc_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.topic_bloc_days.complete IS 'False for today: more may come.';

-- Grain: one row a topic, country and day, gaps included.
-- Reads: trends.topic_slice_days. Read by: analysts.
CREATE VIEW trends.topic_country_days AS
SELECT
    topic, slice AS country, day, articles, sources, families, origins, effective_sources, coverage, share,
    comparable, comparable_coverage, comparable_share, grade, completeness, reason, complete
FROM trends.topic_slice_days
WHERE slice_kind = 'country';

COMMENT ON VIEW trends.topic_country_days IS 'Each topic over time within each country. One row a topic, country and day, gaps included.';
COMMENT ON COLUMN trends.topic_country_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_country_days.country IS 'ISO 3166-1 country of the sources; UN for the United Nations, ZZ: not said.';
COMMENT ON COLUMN trends.topic_country_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_country_days.articles IS 'Articles on the topic; null where nothing was collected, zero where something was but nothing on the topic.';
COMMENT ON COLUMN trends.topic_country_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_country_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_country_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_country_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_country_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_country_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.topic_country_days.comparable IS 'Articles on the topic from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.topic_country_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.topic_country_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_country_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_country_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_country_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.topic_country_days.complete IS 'False for today: more may come.';

-- Grain: one row a topic, language and day, gaps included.
-- Reads: trends.topic_slice_days. Read by: analysts.
CREATE VIEW trends.topic_language_days AS
SELECT
    topic, slice AS language, day, articles, sources, families, origins, effective_sources, coverage, share,
    comparable, comparable_coverage, comparable_share, grade, completeness, reason, complete
FROM trends.topic_slice_days
WHERE slice_kind = 'language';

COMMENT ON VIEW trends.topic_language_days IS 'Each topic over time within each language. One row a topic, language and day, gaps included.';
COMMENT ON COLUMN trends.topic_language_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_language_days.language IS 'ISO 639-1 language of the articles; und: could not be told.';
COMMENT ON COLUMN trends.topic_language_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_language_days.articles IS 'Articles on the topic; null where nothing was collected, zero where something was but nothing on the topic.';
COMMENT ON COLUMN trends.topic_language_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_language_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_language_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_language_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_language_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_language_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.topic_language_days.comparable IS 'Articles on the topic from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.topic_language_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.topic_language_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_language_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_language_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_language_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.topic_language_days.complete IS 'False for today: more may come.';

-- Grain: one row a topic, kind of source and day, gaps included.
-- Reads: trends.topic_slice_days. Read by: analysts.
CREATE VIEW trends.topic_kind_days AS
SELECT
    topic, slice AS kind, day, articles, sources, families, origins, effective_sources, coverage, share,
    comparable, comparable_coverage, comparable_share, grade, completeness, reason, complete
FROM trends.topic_slice_days
WHERE slice_kind = 'kind';

COMMENT ON VIEW trends.topic_kind_days IS 'Each topic over time within each kind of source. One row a topic, kind of source and day, gaps included.';
COMMENT ON COLUMN trends.topic_kind_days.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.topic_kind_days.kind IS 'Kind of the sources: agency, newspaper, …';
COMMENT ON COLUMN trends.topic_kind_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.topic_kind_days.articles IS 'Articles on the topic; null where nothing was collected, zero where something was but nothing on the topic.';
COMMENT ON COLUMN trends.topic_kind_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.topic_kind_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.topic_kind_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.topic_kind_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.topic_kind_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.topic_kind_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.topic_kind_days.comparable IS 'Articles on the topic from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.topic_kind_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.topic_kind_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.topic_kind_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.topic_kind_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.topic_kind_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.topic_kind_days.complete IS 'False for today: more may come.';
