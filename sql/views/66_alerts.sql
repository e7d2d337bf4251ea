-- What was found to stand out, told once and judged by somebody: found by flows/alerts.py, kept by models/alert_store.py.

-- Grain: one row an alert.
-- Reads: news.alerts, news.alerts_past, news.topics. Read by: analysts, models/alert_store.py.
CREATE VIEW trends.alerts AS
SELECT
    kept.id AS alert_id,
    kept.kind,
    topics.slug AS topic,
    kept.slice_kind,
    kept.slice,
    kept.starts_on,
    kept.ends_on,
    kept.days,
    kept.observed,
    kept.expected,
    kept.observed / nullif(kept.expected, 0) AS ratio,
    kept.p,
    kept.q,
    kept.grade,
    kept.completeness,
    kept.story_id,
    kept.hours,
    kept.first_source,
    kept.first_bloc,
    kept.first_at,
    cardinality(kept.article_ids) AS articles,
    kept.article_ids,
    kept.headlines,
    kept.state,
    kept.state_reason,
    kept.state_at,
    kept.made_at,
    kept.emitted_at,
    kept.event_id,
    kept.taxonomy_id
FROM (
    SELECT
        id, kind, topic_id, slice_kind, slice, starts_on, ends_on, days, observed, expected, p, q, grade,
        completeness, story_id, hours, first_source, first_bloc, first_at, article_ids, headlines, taxonomy_id,
        event_id, made_at, emitted_at, state, state_reason, state_at
    FROM news.alerts
    WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
    UNION ALL
    SELECT
        id, kind, topic_id, slice_kind, slice, starts_on, ends_on, days, observed, expected, p, q, grade,
        completeness, story_id, hours, first_source, first_bloc, first_at, article_ids, headlines, taxonomy_id,
        event_id, made_at, emitted_at, state, state_reason, state_at
    FROM news.alerts_past
    WHERE since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of())
) AS kept
JOIN news.topics ON topics.id = kept.topic_id;

COMMENT ON VIEW trends.alerts IS 'What was found to stand out, with the articles behind it, when it was told, and what somebody thought of it. One row an alert.';
COMMENT ON COLUMN trends.alerts.alert_id IS 'Key of the alert: what `wirewatch alerts show` takes.';
COMMENT ON COLUMN trends.alerts.kind IS 'burst, drop, silence (a topic that a source or bloc normally covers and does no longer), or first-report (of a story, by a bloc that is watched).';
COMMENT ON COLUMN trends.alerts.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.alerts.slice_kind IS 'all, bloc, country, language, kind or source.';
COMMENT ON COLUMN trends.alerts.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.alerts.starts_on IS 'First UTC day of the finding: of the run of days, of the silence, of the story.';
COMMENT ON COLUMN trends.alerts.ends_on IS 'Last UTC day so far; of a first report its day.';
COMMENT ON COLUMN trends.alerts.days IS 'How many days observed and expected are about.';
COMMENT ON COLUMN trends.alerts.observed IS 'Texts on the topic from sources that were complete, each text once a source; of a first report the articles of the bloc on the story when it was found.';
COMMENT ON COLUMN trends.alerts.expected IS 'What was to be expected on these days; null for a first report.';
COMMENT ON COLUMN trends.alerts.ratio IS 'observed / expected.';
COMMENT ON COLUMN trends.alerts.p IS 'Probability of it if nothing were up, on its surest day (of a silence: on all its days).';
COMMENT ON COLUMN trends.alerts.q IS 'The part of false ones among the findings of that day with p as low as this.';
COMMENT ON COLUMN trends.alerts.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice was on the least complete of the days.';
COMMENT ON COLUMN trends.alerts.completeness IS 'The part of the normal yield that falls to sources graded ok, on that day, 0..1; of a silence, the part of its days that were complete.';
COMMENT ON COLUMN trends.alerts.story_id IS 'Of a first report the story; else the one that most of its articles tell. Null: none.';
COMMENT ON COLUMN trends.alerts.hours IS 'Of a first report: hours behind the first report of the story, by whomever.';
COMMENT ON COLUMN trends.alerts.first_source IS 'The source that reported that story first; without a story, the topic on these days.';
COMMENT ON COLUMN trends.alerts.first_bloc IS 'Its bloc.';
COMMENT ON COLUMN trends.alerts.first_at IS 'When that was.';
COMMENT ON COLUMN trends.alerts.articles IS 'How many articles there are in article_ids; equal to observed.';
COMMENT ON COLUMN trends.alerts.article_ids IS 'The articles that were observed, the first report first.';
COMMENT ON COLUMN trends.alerts.headlines IS 'Ten of them at most, those closest to the seed document first, one a text; of a silence, what others reported: [{article_id, source, title, url, at}, ...].';
COMMENT ON COLUMN trends.alerts.state IS 'open, acknowledged or dismissed.';
COMMENT ON COLUMN trends.alerts.state_reason IS 'Why it was dismissed, or what was noted.';
COMMENT ON COLUMN trends.alerts.state_at IS 'When that was said.';
COMMENT ON COLUMN trends.alerts.made_at IS 'When it was found first.';
COMMENT ON COLUMN trends.alerts.emitted_at IS 'When its event was sent; null: not yet.';
COMMENT ON COLUMN trends.alerts.event_id IS 'Of its Prefect event, whose name is wirewatch.alert.<kind>.';
COMMENT ON COLUMN trends.alerts.taxonomy_id IS 'Version of the taxonomy when it was found.';
