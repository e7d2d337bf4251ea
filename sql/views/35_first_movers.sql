-- Grain: one row a topic, period and source, family or bloc that was first at least once.
-- Reads: trends.periods, trends.topics, trends.story_topic_counts, trends.story_counts, trends.source_facts. Read by: analysts,
-- models/diffusion.py.
-- A story counts in the period in which it began, for each topic that half of its articles are on, and for movers of a kind
-- if two of that kind reported it: nobody is first in a race without another.
CREATE VIEW trends.first_movers AS
SELECT
    periods.grain,
    periods.starts_on,
    periods.ends_on,
    topics.topic,
    movers.mover_kind,
    movers.mover,
    movers.firsts,
    movers.stories,
    movers.firsts::float8 / movers.stories AS share,
    movers.lead_hours,
    movers.untimed
FROM trends.periods
CROSS JOIN trends.topics
CROSS JOIN LATERAL (
    SELECT
        races.mover_kind,
        races.mover,
        count(*)::int AS firsts,
        (sum(count(*)) OVER (PARTITION BY races.mover_kind))::int AS stories,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM races.next_at - told.started_at)::float8 / 3600) AS lead_hours,
        (count(*) FILTER (WHERE NOT told.first_timed))::int AS untimed
    FROM trends.story_topic_counts AS said
    CROSS JOIN LATERAL (SELECT * FROM trends.story_counts WHERE story_counts.story_id = said.story_id OFFSET 0) AS told
    JOIN trends.source_facts AS sources ON sources.source_id = told.first_source_id
    CROSS JOIN LATERAL (
        VALUES
            ('source', sources.source, told.next_source_at), ('family', sources.family, told.next_family_at),
            ('bloc', sources.bloc, told.next_bloc_at)
    ) AS races (mover_kind, mover, next_at)
    WHERE said.taxonomy_id = topics.taxonomy_id AND said.topic_id = topics.topic_id
        AND said.started_on >= periods.starts_on AND said.started_on <= periods.ends_on
        AND races.next_at IS NOT NULL
    GROUP BY races.mover_kind, races.mover
) AS movers;

COMMENT ON VIEW trends.first_movers IS 'Who was first with the stories of a topic, how often and by how much. One row a topic, period and source, family or bloc that was first at least once.';
COMMENT ON COLUMN trends.first_movers.grain IS 'day, week, month; 7 days, 28 days or 90 days: those that end today. Filter on it.';
COMMENT ON COLUMN trends.first_movers.starts_on IS 'First UTC day of the period: a story counts on the day of its first report.';
COMMENT ON COLUMN trends.first_movers.ends_on IS 'Last UTC day.';
COMMENT ON COLUMN trends.first_movers.topic IS 'Slug of the topic: half of the articles of a story at least are on it.';
COMMENT ON COLUMN trends.first_movers.mover_kind IS 'source, family or bloc.';
COMMENT ON COLUMN trends.first_movers.mover IS 'Which one.';
COMMENT ON COLUMN trends.first_movers.firsts IS 'Stories that it reported first.';
COMMENT ON COLUMN trends.first_movers.stories IS 'Stories that two of that kind reported at least.';
COMMENT ON COLUMN trends.first_movers.share IS 'firsts / stories, 0..1.';
COMMENT ON COLUMN trends.first_movers.lead_hours IS 'Median of the hours until another of that kind followed.';
COMMENT ON COLUMN trends.first_movers.untimed IS 'Of firsts, those whose publisher gave no time of day: the latest it can have been was still the first.';
