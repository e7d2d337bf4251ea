-- When articles reported, and what stories amount to: plain counts, and the counts that are kept, as of any moment.

-- Who was first is told by the time that the publisher gives. A time that is only a day (midnight in UTC or where the outlet
-- is; addresses and many pages say no more) would win every race, so the article counts as reported by the latest it can
-- have been: when a feed first listed it, or when that day was over. Without any date it is the former.
-- Every such zone is whole hours from UTC: what is not on the hour, nearly all, is told by one division.
CREATE FUNCTION trends.is_day_only(published_at timestamptz, country text, language text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN published_at = date_bin('1 hour', published_at, timestamptz '2000-01-01 00:00Z') THEN
        (published_at AT TIME ZONE 'UTC')::time = time '00:00'
        OR (published_at AT TIME ZONE 'UTC')::time = CASE
            WHEN country IN ('KR', 'KP', 'JP') THEN time '15:00'
            WHEN country IN ('CN', 'TW', 'HK', 'MO', 'SG', 'MY', 'PH') THEN time '16:00'
            WHEN country = 'VN' THEN time '17:00'
            WHEN language IN ('ko', 'ja') THEN time '15:00'
            WHEN language = 'zh' THEN time '16:00'
        END IS TRUE
    ELSE false
END;
COMMENT ON FUNCTION trends.is_day_only IS
    'Whether a time of publication names a day and no more: midnight in UTC, or in the zone of the outlet (by its country, else its language).';

-- Adding to a time with a zone depends on the session's zone: written without one, so that the function is worked into queries.
CREATE FUNCTION trends.reported_at(published_at timestamptz, first_seen_at timestamptz, country text, language text)
RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN published_at IS NULL THEN first_seen_at
    WHEN trends.is_day_only(published_at, country, language) THEN
        least(first_seen_at, (published_at AT TIME ZONE 'UTC' + interval '24 hours') AT TIME ZONE 'UTC')
    ELSE published_at
END;
COMMENT ON FUNCTION trends.reported_at IS
    'When an article reported, for the question who was first: its time of publication; where that is only a day or missing, when a feed first listed it, but no later than the end of that day.';

-- Grain: one row an article that is in a story.
-- Reads: trends.article_facts, trends.source_facts. Read by: trends.counted_stories and the views like it, analysts.
CREATE VIEW trends.story_articles AS
SELECT
    facts.story_id,
    facts.article_id,
    trends.reported_at(facts.published_at, facts.first_seen_at, sources.country, facts.language) AS reported_at,
    facts.published_at IS NOT NULL AND NOT trends.is_day_only(facts.published_at, sources.country, facts.language) AS timed,
    sources.source,
    sources.family,
    sources.bloc,
    facts.language,
    facts.words,
    facts.title,
    facts.url,
    facts.origin_id,
    facts.source_id
FROM trends.article_facts AS facts
JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
WHERE facts.story_id IS NOT NULL;

COMMENT ON VIEW trends.story_articles IS 'The articles of each story, and when each reported. One row an article in a story.';
COMMENT ON COLUMN trends.story_articles.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.story_articles.article_id IS 'The article.';
COMMENT ON COLUMN trends.story_articles.reported_at IS 'When it reported: its time of publication; where that is only a day or missing, when a feed first listed it, but no later than the end of that day.';
COMMENT ON COLUMN trends.story_articles.timed IS 'Whether its publisher gave a time of day; only then is the time exact.';
COMMENT ON COLUMN trends.story_articles.source IS 'Slug of its source.';
COMMENT ON COLUMN trends.story_articles.family IS 'Publisher family of the source.';
COMMENT ON COLUMN trends.story_articles.bloc IS 'Bloc of the source.';
COMMENT ON COLUMN trends.story_articles.language IS 'ISO 639-1 language of the text; und: could not be told.';
COMMENT ON COLUMN trends.story_articles.words IS 'Length of its text (characters / 2 in scripts without spaces).';
COMMENT ON COLUMN trends.story_articles.title IS 'Its headline.';
COMMENT ON COLUMN trends.story_articles.url IS 'Its address.';
COMMENT ON COLUMN trends.story_articles.origin_id IS 'The first article of its group of copies; itself when it is alone.';
COMMENT ON COLUMN trends.story_articles.source_id IS 'Key into news.sources.';

-- Grain: one row a story.
-- Reads: trends.story_articles. Read by: sql/queries/story_counts_count.sql, sql/checks/stories_equal_recount.sql.
CREATE VIEW trends.counted_stories AS
SELECT
    story_id,
    min(reported_at) AS started_at,
    max(reported_at) AS last_at,
    (min(reported_at) AT TIME ZONE 'UTC')::date AS started_on,
    min(first_article_id) AS first_article_id,
    min(first_source_id) AS first_source_id,
    bool_or(timed) FILTER (WHERE article_id = first_article_id) AS first_timed,
    min(reported_at) FILTER (WHERE source_id <> first_source_id) AS next_source_at,
    min(reported_at) FILTER (WHERE family <> first_family) AS next_family_at,
    min(reported_at) FILTER (WHERE bloc <> first_bloc) AS next_bloc_at,
    count(*)::int AS articles,
    count(DISTINCT source_id)::int AS sources,
    count(DISTINCT family)::int AS families,
    count(DISTINCT origin_id)::int AS origins,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY words) AS words
FROM (
    SELECT
        members.*,
        first_value(article_id) OVER by_time AS first_article_id,
        first_value(source_id) OVER by_time AS first_source_id,
        first_value(family) OVER by_time AS first_family,
        first_value(bloc) OVER by_time AS first_bloc
    FROM trends.story_articles AS members
    WINDOW by_time AS (PARTITION BY story_id ORDER BY reported_at, article_id)
) AS told
GROUP BY story_id;

COMMENT ON VIEW trends.counted_stories IS 'What trends.story_counts holds, counted anew from every article. One row a story.';
COMMENT ON COLUMN trends.counted_stories.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.counted_stories.started_at IS 'Its first report, by whomever.';
COMMENT ON COLUMN trends.counted_stories.last_at IS 'Its last report.';
COMMENT ON COLUMN trends.counted_stories.started_on IS 'UTC day of the first report.';
COMMENT ON COLUMN trends.counted_stories.first_article_id IS 'The first report.';
COMMENT ON COLUMN trends.counted_stories.first_source_id IS 'Whose it is: key into news.sources.';
COMMENT ON COLUMN trends.counted_stories.first_timed IS 'Whether its publisher gave it a time of day; otherwise the time is the latest it can have been.';
COMMENT ON COLUMN trends.counted_stories.next_source_at IS 'First report by another source; null: there is none.';
COMMENT ON COLUMN trends.counted_stories.next_family_at IS 'First report by another publisher family.';
COMMENT ON COLUMN trends.counted_stories.next_bloc_at IS 'First report from another bloc.';
COMMENT ON COLUMN trends.counted_stories.articles IS 'Articles that tell of it.';
COMMENT ON COLUMN trends.counted_stories.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.counted_stories.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.counted_stories.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.counted_stories.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';

-- Grain: one row a story and bloc or language that reported it.
-- Reads: trends.story_articles. Read by: sql/queries/story_slices_count.sql, sql/checks.
CREATE VIEW trends.counted_story_slices AS
SELECT
    told.story_id,
    slices.slice_kind,
    slices.slice,
    min(told.started_on) AS started_on,
    min(told.reported_at) AS first_at,
    extract(epoch FROM min(told.reported_at) - min(told.started_at))::int AS lag,
    (array_agg(told.article_id ORDER BY told.reported_at, told.article_id))[1] AS first_article_id,
    (array_agg(told.timed ORDER BY told.reported_at, told.article_id))[1] AS first_timed,
    count(*)::int AS articles,
    count(DISTINCT told.source_id)::int AS sources,
    count(DISTINCT told.family)::int AS families,
    count(DISTINCT told.origin_id)::int AS origins,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY told.words) AS words
FROM (
    SELECT
        members.*,
        min(reported_at) OVER of_story AS started_at,
        (min(reported_at) OVER of_story AT TIME ZONE 'UTC')::date AS started_on
    FROM trends.story_articles AS members
    WINDOW of_story AS (PARTITION BY story_id)
) AS told
CROSS JOIN LATERAL (VALUES ('bloc', told.bloc), ('language', told.language)) AS slices (slice_kind, slice)
GROUP BY told.story_id, slices.slice_kind, slices.slice;

COMMENT ON VIEW trends.counted_story_slices IS 'What trends.story_slice_counts holds, counted anew from every article. One row a story and bloc or language that reported it.';
COMMENT ON COLUMN trends.counted_story_slices.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.counted_story_slices.slice_kind IS 'bloc or language.';
COMMENT ON COLUMN trends.counted_story_slices.slice IS 'Which one.';
COMMENT ON COLUMN trends.counted_story_slices.started_on IS 'UTC day of the first report of the story, by whomever.';
COMMENT ON COLUMN trends.counted_story_slices.first_at IS 'First report in this slice.';
COMMENT ON COLUMN trends.counted_story_slices.lag IS 'Seconds behind the first report of the story.';
COMMENT ON COLUMN trends.counted_story_slices.first_article_id IS 'The first report in this slice.';
COMMENT ON COLUMN trends.counted_story_slices.first_timed IS 'Whether its publisher gave it a time of day; otherwise the time is the latest it can have been.';
COMMENT ON COLUMN trends.counted_story_slices.articles IS 'Articles that tell of it.';
COMMENT ON COLUMN trends.counted_story_slices.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.counted_story_slices.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.counted_story_slices.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.counted_story_slices.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';

-- Grain: one row a version, story and topic that half of the articles of the story at least are on.
-- Reads: trends.story_articles, trends.tagging_facts. Read by: sql/checks/stories_equal_recount.sql.
CREATE VIEW trends.counted_story_topics AS
SELECT said.taxonomy_id, told.story_id, topic.id AS topic_id, told.started_on, count(*)::int AS articles
FROM (
    SELECT
        story_id,
        article_id,
        (min(reported_at) OVER of_story AT TIME ZONE 'UTC')::date AS started_on,
        count(*) OVER of_story AS members
    FROM trends.story_articles
    WINDOW of_story AS (PARTITION BY story_id)
) AS told
JOIN trends.tagging_facts AS said ON said.article_id = told.article_id
CROSS JOIN LATERAL unnest(said.topic_ids) AS topic (id)
GROUP BY said.taxonomy_id, told.story_id, topic.id, told.started_on, told.members
HAVING 2 * count(*) >= told.members;

COMMENT ON VIEW trends.counted_story_topics IS 'What trends.story_topic_counts holds, counted anew from every article. One row a version, story and topic it is on.';
COMMENT ON COLUMN trends.counted_story_topics.taxonomy_id IS 'Version of the taxonomy: key into news.taxonomies.';
COMMENT ON COLUMN trends.counted_story_topics.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.counted_story_topics.topic_id IS 'Key into news.topics.';
COMMENT ON COLUMN trends.counted_story_topics.started_on IS 'UTC day of the first report of the story.';
COMMENT ON COLUMN trends.counted_story_topics.articles IS 'Articles of the story that are on the topic: half of them at least.';

-- Grain: one row a story.
-- Reads: news.story_counts, news.story_counts_past. Read by: trends.stories, trends.first_movers.
CREATE VIEW trends.story_counts AS
SELECT
    story_id, started_at, last_at, started_on, first_article_id, first_source_id, first_timed, next_source_at,
    next_family_at, next_bloc_at, articles, sources, families, origins, words
FROM news.story_counts
WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT
    story_id, started_at, last_at, started_on, first_article_id, first_source_id, first_timed, next_source_at,
    next_family_at, next_bloc_at, articles, sources, families, origins, words
FROM news.story_counts_past
WHERE (SELECT trends.as_of()) IS NOT NULL AND since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of());

COMMENT ON VIEW trends.story_counts IS 'What each story amounts to, and who was first: kept by story. One row a story.';
COMMENT ON COLUMN trends.story_counts.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.story_counts.started_at IS 'Its first report, by whomever.';
COMMENT ON COLUMN trends.story_counts.last_at IS 'Its last report.';
COMMENT ON COLUMN trends.story_counts.started_on IS 'UTC day of the first report.';
COMMENT ON COLUMN trends.story_counts.first_article_id IS 'The first report.';
COMMENT ON COLUMN trends.story_counts.first_source_id IS 'Whose it is: key into news.sources.';
COMMENT ON COLUMN trends.story_counts.first_timed IS 'Whether its publisher gave it a time of day; otherwise the time is the latest it can have been.';
COMMENT ON COLUMN trends.story_counts.next_source_at IS 'First report by another source; null: there is none.';
COMMENT ON COLUMN trends.story_counts.next_family_at IS 'First report by another publisher family.';
COMMENT ON COLUMN trends.story_counts.next_bloc_at IS 'First report from another bloc.';
COMMENT ON COLUMN trends.story_counts.articles IS 'Articles that tell of it.';
COMMENT ON COLUMN trends.story_counts.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.story_counts.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.story_counts.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.story_counts.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';

-- Grain: one row a story and bloc or language that reported it.
-- Reads: news.story_slices, news.story_slices_past. Read by: trends.story_slices, trends.topic_slice_lags.
CREATE VIEW trends.story_slice_counts AS
SELECT
    story_id, slice_kind, slice, started_on, first_at, lag, first_article_id, first_timed, articles, sources,
    families, origins, words
FROM news.story_slices
WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT
    story_id, slice_kind, slice, started_on, first_at, lag, first_article_id, first_timed, articles, sources,
    families, origins, words
FROM news.story_slices_past
WHERE (SELECT trends.as_of()) IS NOT NULL AND since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of());

COMMENT ON VIEW trends.story_slice_counts IS 'Who reported each story when, by bloc and language: kept by story. One row a story and bloc or language that reported it.';
COMMENT ON COLUMN trends.story_slice_counts.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.story_slice_counts.slice_kind IS 'bloc or language.';
COMMENT ON COLUMN trends.story_slice_counts.slice IS 'Which one.';
COMMENT ON COLUMN trends.story_slice_counts.started_on IS 'UTC day of the first report of the story, by whomever.';
COMMENT ON COLUMN trends.story_slice_counts.first_at IS 'First report in this slice.';
COMMENT ON COLUMN trends.story_slice_counts.lag IS 'Seconds behind the first report of the story.';
COMMENT ON COLUMN trends.story_slice_counts.first_article_id IS 'The first report in this slice.';
COMMENT ON COLUMN trends.story_slice_counts.first_timed IS 'Whether its publisher gave it a time of day; otherwise the time is the latest it can have been.';
COMMENT ON COLUMN trends.story_slice_counts.articles IS 'Articles that tell of it.';
COMMENT ON COLUMN trends.story_slice_counts.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.story_slice_counts.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.story_slice_counts.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.story_slice_counts.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';

-- Grain: one row a version, story and topic it is on.
-- Reads: news.story_topics, news.story_topics_past. Read by: trends.first_movers, trends.topic_slice_lags.
CREATE VIEW trends.story_topic_counts AS
SELECT
    taxonomy_id, story_id, topic_id, started_on, articles
FROM news.story_topics
WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT
    taxonomy_id, story_id, topic_id, started_on, articles
FROM news.story_topics_past
WHERE (SELECT trends.as_of()) IS NOT NULL AND since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of());

COMMENT ON VIEW trends.story_topic_counts IS 'The topics of each story: those that half of its articles at least are on. One row a version, story and topic.';
COMMENT ON COLUMN trends.story_topic_counts.taxonomy_id IS 'Version of the taxonomy: key into news.taxonomies.';
COMMENT ON COLUMN trends.story_topic_counts.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.story_topic_counts.topic_id IS 'Key into news.topics.';
COMMENT ON COLUMN trends.story_topic_counts.started_on IS 'UTC day of the first report of the story.';
COMMENT ON COLUMN trends.story_topic_counts.articles IS 'Articles of the story that are on the topic: half of them at least.';
