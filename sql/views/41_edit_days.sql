-- Grain: one row a source and UTC day on which articles of it were looked at again.
-- Reads: news.look_days, news.revisions, news.sources. Read by: analysts.
-- Looks are kept by day: as of an earlier moment it has the days that were over.
-- No row: nobody looked, which is not the same as nothing changed.
CREATE VIEW trends.edit_days AS
SELECT
    looked.day,
    sources.slug AS source,
    sources.bloc,
    sources.country,
    sources.family,
    looked.looks,
    looked.read,
    coalesce(changed.edits, 0) AS edits,
    coalesce(changed.articles, 0) AS articles,
    coalesce(changed.headlines, 0) AS headlines,
    coalesce(changed.retopics, 0) AS retopics,
    coalesce(changed.deletions, 0) AS deletions,
    coalesce(changed.returns, 0) AS returns
FROM (
    SELECT
        source_id,
        day,
        sum(looks) AS looks,
        coalesce(sum(looks) FILTER (WHERE outcome IN ('unchanged', 'revised', 'deleted', 'moved')), 0) AS read
    FROM news.look_days
    WHERE (SELECT trends.as_of()) IS NULL OR day < (SELECT trends.today())
    GROUP BY source_id, day
) AS looked
JOIN news.sources ON sources.id = looked.source_id
LEFT JOIN (
    SELECT
        source_id,
        (revisions.seen_at AT TIME ZONE 'UTC')::date AS day,
        count(*) FILTER (WHERE revisions.kind = 'edit') AS edits,
        count(DISTINCT revisions.article_id) FILTER (WHERE revisions.kind = 'edit') AS articles,
        count(*) FILTER (WHERE revisions.headline_changed) AS headlines,
        count(*) FILTER (WHERE revisions.topics_gained <> '{}' OR revisions.topics_lost <> '{}') AS retopics,
        count(*) FILTER (WHERE revisions.kind = 'deletion') AS deletions,
        count(*) FILTER (WHERE revisions.kind = 'return') AS returns
    FROM news.revisions
    GROUP BY 1, 2
) AS changed ON changed.source_id = looked.source_id AND changed.day = looked.day;

COMMENT ON VIEW trends.edit_days IS 'How much each source changed in what it had published, by the day on which it was seen; as of an earlier moment, on days that were over. One row a source and day on which articles of it were looked at again.';
COMMENT ON COLUMN trends.edit_days.day IS 'UTC day of the looks.';
COMMENT ON COLUMN trends.edit_days.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.edit_days.bloc IS 'For whom the source speaks, as feeds.toml says.';
COMMENT ON COLUMN trends.edit_days.country IS 'ISO 3166-1 country of the source.';
COMMENT ON COLUMN trends.edit_days.family IS 'Publisher family of the source.';
COMMENT ON COLUMN trends.edit_days.looks IS 'Looks at its articles that came to an end; an article is looked at up to three times.';
COMMENT ON COLUMN trends.edit_days.read IS 'Those that could tell whether something changed: the denominator of any rate.';
COMMENT ON COLUMN trends.edit_days.edits IS 'Edits seen: headline or sentences changed by the publisher.';
COMMENT ON COLUMN trends.edit_days.articles IS 'Distinct articles among them.';
COMMENT ON COLUMN trends.edit_days.headlines IS 'Changes that changed the headline.';
COMMENT ON COLUMN trends.edit_days.retopics IS 'Changes that gained or lost a topic.';
COMMENT ON COLUMN trends.edit_days.deletions IS 'Articles found removed.';
COMMENT ON COLUMN trends.edit_days.returns IS 'Removed articles found there again.';
