-- Grain: one row a story: articles on one event.
-- Reads: news.stories, news.articles, news.sources, news.tags, trends.topics. Read by: analysts, models/dossier.py.
CREATE VIEW trends.stories AS
SELECT
    stories.id AS story_id,
    stories.title,
    stories.started_at,
    stories.last_at,
    members.articles,
    members.sources,
    members.families,
    members.origins,
    members.first_sources[1] AS first_source,
    members.first_blocs[1] AS first_bloc,
    members.blocs,
    members.languages,
    ARRAY(
        SELECT topics.topic
        FROM news.articles
        JOIN news.tags ON tags.article_id = articles.id
        JOIN trends.topics ON topics.taxonomy_id = tags.taxonomy_id AND topics.topic_id = tags.topic_id
        WHERE articles.story_id = stories.id
        GROUP BY topics.topic
        ORDER BY count(*) DESC, topics.topic
    ) AS topics,
    members.article_ids
FROM news.stories
CROSS JOIN LATERAL (
    SELECT
        count(*) AS articles,
        count(DISTINCT articles.source_id) AS sources,
        count(DISTINCT sources.family) AS families,
        count(DISTINCT coalesce(articles.origin_id, articles.id)) AS origins,
        array_agg(sources.slug ORDER BY coalesce(articles.published_at, articles.first_seen_at), articles.id) AS first_sources,
        array_agg(sources.bloc ORDER BY coalesce(articles.published_at, articles.first_seen_at), articles.id) AS first_blocs,
        array_agg(DISTINCT sources.bloc) AS blocs,
        array_agg(DISTINCT coalesce(articles.language, 'und')) AS languages,
        array_agg(articles.id ORDER BY coalesce(articles.published_at, articles.first_seen_at), articles.id) AS article_ids
    FROM news.articles
    JOIN news.sources ON sources.id = articles.source_id
    WHERE articles.story_id = stories.id AND articles.state = 'stored'
) AS members
WHERE members.articles > 0;

COMMENT ON VIEW trends.stories IS 'Events and the articles that tell of them. One row a story.';
COMMENT ON COLUMN trends.stories.story_id IS 'Key into trends.articles.';
COMMENT ON COLUMN trends.stories.title IS 'Headline of the first article.';
COMMENT ON COLUMN trends.stories.started_at IS 'When the first article was published.';
COMMENT ON COLUMN trends.stories.last_at IS 'When the last one was.';
COMMENT ON COLUMN trends.stories.articles IS 'Articles of the story.';
COMMENT ON COLUMN trends.stories.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.stories.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.stories.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.stories.first_source IS 'The source that published first.';
COMMENT ON COLUMN trends.stories.first_bloc IS 'Its bloc.';
COMMENT ON COLUMN trends.stories.blocs IS 'Blocs that took it up.';
COMMENT ON COLUMN trends.stories.languages IS 'Languages it is told in.';
COMMENT ON COLUMN trends.stories.topics IS 'Its topics, the most frequent first.';
COMMENT ON COLUMN trends.stories.article_ids IS 'The articles, earliest first.';
