-- Stories on a topic that a watched bloc has reported for the first time since a day, if they are large enough and no alert
-- tells of them: neither of the story, nor of that report in another story that was merged since.
-- Returns one row a story and bloc: what is to be kept of it, but for its articles.
SELECT
    NULL::bigint AS alert_id,
    'first-report' AS kind,
    topic.topic_id,
    own.slice_kind,
    own.slice,
    own.started_on AS starts_on,
    (own.first_at AT TIME ZONE 'UTC')::date AS ends_on,
    1 AS days,
    own.articles AS observed,
    NULL::float8 AS expected,
    NULL::float8 AS p,
    NULL::float8 AS q,
    openings.grade,
    openings.expected_ok / nullif(openings.expected, 0)::float8 AS completeness,
    own.story_id,
    own.lag / 3600.0::float8 AS hours
FROM trends.story_slice_counts AS own
JOIN trends.story_counts AS told ON told.story_id = own.story_id
CROSS JOIN LATERAL (
    SELECT topics.topic_id
    FROM trends.story_topic_counts AS said
    JOIN trends.topics ON topics.topic_id = said.topic_id AND topics.taxonomy_id = said.taxonomy_id
    WHERE said.story_id = own.story_id
    ORDER BY said.articles DESC, topics.position
    LIMIT 1
) AS topic
LEFT JOIN trends.openings
    ON openings.slice_kind = own.slice_kind AND openings.slice = own.slice AND openings.day = own.started_on
WHERE own.slice_kind = 'bloc' AND own.slice = ANY(CAST(:blocs AS text[]))
    -- A story lives for days: further back there is none whose first report is still to come.
    AND own.started_on >= CAST(:since AS date) - 14
    AND own.first_at >= CAST(:since AS date)::timestamp AT TIME ZONE 'UTC'
    AND told.articles >= :least
    AND NOT EXISTS (
        SELECT FROM news.alerts
        WHERE alerts.kind = 'first-report' AND alerts.slice_kind = own.slice_kind AND alerts.slice = own.slice
            AND (alerts.story_id = own.story_id OR own.first_article_id = ANY(alerts.article_ids))
    )
ORDER BY own.first_at, own.story_id, own.slice
