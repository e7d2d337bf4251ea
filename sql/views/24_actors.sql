-- Actors over time: whom articles name, as far as the taxonomy knows them.

-- Grain: one row an actor that the taxonomy in use at the moment asked about has found in an article.
-- Reads: trends.version(), trends.counts, news.actors. Read by: trends.actor_slice_days.
CREATE VIEW trends.actors AS
SELECT actors.slug AS actor, actors.name, actors.wikidata, actors.id AS actor_id
FROM news.actors
WHERE EXISTS (
    SELECT FROM trends.counts
    WHERE counts.taxonomy_id = (SELECT trends.version()) AND counts.about = 'actor' AND counts.about_id = actors.id
        AND counts.slice_kind = 'all' AND counts.grain = 'month'
);

COMMENT ON VIEW trends.actors IS 'Whom articles name. One row an actor that was found in an article.';
COMMENT ON COLUMN trends.actors.actor IS 'Slug of the actor, stable across taxonomy versions.';
COMMENT ON COLUMN trends.actors.name IS 'Name for people.';
COMMENT ON COLUMN trends.actors.wikidata IS 'Its Wikidata item, if one is given.';
COMMENT ON COLUMN trends.actors.actor_id IS 'Key into news.actors.';

-- Grain: one row an actor, slice and day, for every row of trends.slice_days that is not of a source.
-- Reads: trends.actors, trends.slice_days, trends.counts. Read by: trends.actor_days, models/diffusion.py.
CREATE VIEW trends.actor_slice_days AS
SELECT
    actor,
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
        actor, slice_kind, slice, day,
        max(articles) AS articles, max(sources) AS sources, max(families) AS families, max(origins) AS origins,
        max(squares) AS squares, max(comparable) AS comparable,
        max(coverage) AS coverage, max(comparable_coverage) AS comparable_coverage, max(grade) AS grade,
        max(completeness) AS completeness, max(reason) AS reason, bool_or(complete) AS complete
    FROM (
        SELECT
            actors.actor, slices.slice_kind, slices.slice, slices.day, true AS listed,
            NULL::integer AS articles, NULL::integer AS sources, NULL::integer AS families, NULL::integer AS origins,
            NULL::bigint AS squares, NULL::integer AS comparable,
            slices.articles AS coverage, slices.comparable AS comparable_coverage, slices.grade, slices.completeness,
            slices.reason, slices.complete
        FROM trends.actors
        CROSS JOIN trends.slice_days AS slices
        WHERE slices.slice_kind <> 'source'
        UNION ALL
        SELECT
            actors.actor, counts.slice_kind, counts.slice, counts.starts_on, false,
            counts.articles, counts.sources, counts.families, counts.origins, counts.squares, counts.comparable,
            NULL, NULL, NULL, NULL, NULL, NULL
        FROM trends.actors
        JOIN trends.counts
            ON counts.taxonomy_id = (SELECT trends.version()) AND counts.about = 'actor' AND counts.about_id = actors.actor_id
            AND counts.grain = 'day'
    ) AS parts
    GROUP BY actor, slice_kind, slice, day
    HAVING bool_or(listed)
) AS days;

COMMENT ON VIEW trends.actor_slice_days IS 'Each actor over time in every slice. One row an actor, slice and day, gaps included.';
COMMENT ON COLUMN trends.actor_slice_days.actor IS 'Slug of the actor.';
COMMENT ON COLUMN trends.actor_slice_days.slice_kind IS 'all, bloc, country, language or kind: actors are not counted by source.';
COMMENT ON COLUMN trends.actor_slice_days.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.actor_slice_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.actor_slice_days.articles IS 'Articles that name it; null where nothing was collected, zero where something was but nothing that names it.';
COMMENT ON COLUMN trends.actor_slice_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.actor_slice_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.actor_slice_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.actor_slice_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.actor_slice_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.actor_slice_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.actor_slice_days.comparable IS 'Articles that name it from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.actor_slice_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.actor_slice_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.actor_slice_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.actor_slice_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.actor_slice_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.actor_slice_days.complete IS 'False for today: more may come.';

-- Grain: one row an actor and day, gaps included.
-- Reads: trends.actor_slice_days. Read by: analysts.
CREATE VIEW trends.actor_days AS
SELECT
    actor, day, articles, sources, families, origins, effective_sources, coverage, share,
    comparable, comparable_coverage, comparable_share, grade, completeness, reason, complete
FROM trends.actor_slice_days
WHERE slice_kind = 'all';

COMMENT ON VIEW trends.actor_days IS 'Each actor over time. One row an actor and day, gaps included.';
COMMENT ON COLUMN trends.actor_days.actor IS 'Slug of the actor.';
COMMENT ON COLUMN trends.actor_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.actor_days.articles IS 'Articles that name it; null where nothing was collected, zero where something was but nothing that names it.';
COMMENT ON COLUMN trends.actor_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.actor_days.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.actor_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.actor_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.actor_days.coverage IS 'All articles of the slice that day, on whatever subject.';
COMMENT ON COLUMN trends.actor_days.share IS 'articles / coverage, 0..1; null on a day that cannot be compared.';
COMMENT ON COLUMN trends.actor_days.comparable IS 'Articles that name it from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.actor_days.comparable_coverage IS 'All articles of those sources.';
COMMENT ON COLUMN trends.actor_days.comparable_share IS 'comparable / comparable_coverage, 0..1.';
COMMENT ON COLUMN trends.actor_days.grade IS 'ok, thin, dark or unknown: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.actor_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.actor_days.reason IS 'Why the share is null.';
COMMENT ON COLUMN trends.actor_days.complete IS 'False for today: more may come.';
