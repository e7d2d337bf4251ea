-- Grain: one row a story: articles on one event.
-- Reads: trends.story_counts, trends.story_slice_counts, trends.story_articles, news.story_subjects, news.story_subjects_past,
-- trends.source_facts, trends.article_facts, news.articles. Read by: analysts, models/dossier.py.
-- Lists are sub-selects, so that who does not ask for one does not pay for it.
CREATE VIEW trends.stories AS
SELECT
    told.story_id,
    CASE
        WHEN (SELECT trends.as_of()) IS NULL THEN (SELECT title FROM news.articles WHERE articles.id = told.first_article_id)
        ELSE (SELECT title FROM trends.article_facts WHERE article_facts.article_id = told.first_article_id)
    END AS title,
    told.started_at,
    told.last_at,
    told.articles,
    told.sources,
    told.families,
    told.origins,
    sources.source AS first_source,
    sources.bloc AS first_bloc,
    ARRAY(
        SELECT slice FROM trends.story_slice_counts AS slices
        WHERE slices.story_id = told.story_id AND slices.slice_kind = 'bloc'
        ORDER BY slice
    ) AS blocs,
    ARRAY(
        SELECT slice FROM trends.story_slice_counts AS slices
        WHERE slices.story_id = told.story_id AND slices.slice_kind = 'language'
        ORDER BY slice
    ) AS languages,
    coalesce((
        SELECT kept.topics FROM news.story_subjects AS kept
        WHERE kept.taxonomy_id = (SELECT trends.version()) AND kept.story_id = told.story_id
            AND kept.since <= coalesce((SELECT trends.as_of()), 'infinity')
        UNION ALL
        SELECT past.topics FROM news.story_subjects_past AS past
        WHERE (SELECT trends.as_of()) IS NOT NULL AND past.since <= (SELECT trends.as_of()) AND past.until > (SELECT trends.as_of())
            AND past.taxonomy_id = (SELECT trends.version()) AND past.story_id = told.story_id
    ), '{}'::text[]) AS topics,
    ARRAY(
        SELECT members.article_id
        FROM trends.story_articles AS members
        WHERE members.story_id = told.story_id
        ORDER BY members.reported_at, members.article_id
    ) AS article_ids,
    told.started_on,
    sources.family AS first_family,
    told.first_article_id,
    told.first_timed,
    told.words
FROM trends.story_counts AS told
JOIN trends.source_facts AS sources ON sources.source_id = told.first_source_id;

COMMENT ON VIEW trends.stories IS 'Events and the articles that tell of them. One row a story.';
COMMENT ON COLUMN trends.stories.story_id IS 'Key into trends.articles.';
COMMENT ON COLUMN trends.stories.title IS 'Headline of its first report: the article that first_source and started_at are of.';
COMMENT ON COLUMN trends.stories.started_at IS 'Its first report: see reported_at in trends.story_articles.';
COMMENT ON COLUMN trends.stories.last_at IS 'Its last report.';
COMMENT ON COLUMN trends.stories.articles IS 'Articles of the story.';
COMMENT ON COLUMN trends.stories.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.stories.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.stories.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.stories.first_source IS 'The source that reported first.';
COMMENT ON COLUMN trends.stories.first_bloc IS 'Its bloc.';
COMMENT ON COLUMN trends.stories.blocs IS 'Blocs that took it up.';
COMMENT ON COLUMN trends.stories.languages IS 'Languages it is told in.';
COMMENT ON COLUMN trends.stories.topics IS 'Topics of its articles, the most frequent first.';
COMMENT ON COLUMN trends.stories.article_ids IS 'The articles, the first report first.';
COMMENT ON COLUMN trends.stories.started_on IS 'UTC day of the first report.';
COMMENT ON COLUMN trends.stories.first_family IS 'Publisher family that reported first.';
COMMENT ON COLUMN trends.stories.first_article_id IS 'The first report.';
COMMENT ON COLUMN trends.stories.first_timed IS 'Whether its publisher gave it a time of day; otherwise its time is the latest it can have been.';
COMMENT ON COLUMN trends.stories.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';
