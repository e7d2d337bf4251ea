-- Grain: one row a UTC day, from the first day with an article to today, without holes.
-- Reads: trends.slice_days. Read by: analysts, models/trends.py.
CREATE VIEW trends.days AS
SELECT
    day, articles, sources, families, origins, effective_sources, comparable, grade, completeness, expected,
    ok, thin, dark, unknown, reason, complete
FROM trends.slice_days
WHERE slice_kind = 'all';

COMMENT ON VIEW trends.days IS 'All coverage by day: the denominator of every share. One row a day, gaps included.';
COMMENT ON COLUMN trends.days.day IS 'UTC day of publication (of first sight where no date was believable).';
COMMENT ON COLUMN trends.days.articles IS 'Articles of that day, on whatever subject; null if nothing was collected.';
COMMENT ON COLUMN trends.days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.days.families IS 'Distinct publisher families among them: outlets of one publisher are one voice.';
COMMENT ON COLUMN trends.days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.days.comparable IS 'Articles from sources graded ok that day; null for today.';
COMMENT ON COLUMN trends.days.grade IS 'ok, thin, dark or unknown: how much of what all sources normally yield comes from complete ones.';
COMMENT ON COLUMN trends.days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.days.expected IS 'Articles that all graded sources normally yield on such a weekday.';
COMMENT ON COLUMN trends.days.ok IS 'Sources graded ok.';
COMMENT ON COLUMN trends.days.thin IS 'Sources graded thin.';
COMMENT ON COLUMN trends.days.dark IS 'Sources graded dark.';
COMMENT ON COLUMN trends.days.unknown IS 'Sources that cannot be graded.';
COMMENT ON COLUMN trends.days.reason IS 'Why the day cannot be compared; null when it can.';
COMMENT ON COLUMN trends.days.complete IS 'False for today: more may come.';

-- Grain: one row a day, source and language with at least one article.
-- Reads: trends.cells, trends.source_facts. Read by: analysts, models/trends.py.
-- OFFSET 0: each source is looked up once and remembered. Joins of all with all look as cheap to the planner, beside the cost
-- of a recount as of an earlier moment.
CREATE VIEW trends.coverage_days AS
SELECT
    cells.day,
    sources.source,
    cells.language,
    sources.name,
    sources.country,
    sources.kind,
    sources.bloc,
    sources.family,
    cells.articles,
    cardinality(cells.origins) AS origins
FROM trends.cells
CROSS JOIN LATERAL (
    SELECT source, name, country, kind, bloc, family FROM trends.source_facts WHERE source_facts.source_id = cells.source_id OFFSET 0
) AS sources
WHERE cells.taxonomy_id = 0 AND cells.about = 'coverage' AND cells.about_id = 0;

COMMENT ON VIEW trends.coverage_days IS 'What each source published, by day and language. No row: nothing was collected, which is not the same as nothing published (trends.source_days tells which).';
COMMENT ON COLUMN trends.coverage_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.coverage_days.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.coverage_days.language IS 'ISO 639-1 language of the articles; und: could not be told.';
COMMENT ON COLUMN trends.coverage_days.name IS 'Name of the source.';
COMMENT ON COLUMN trends.coverage_days.country IS 'ISO 3166-1 country of the source; UN for the United Nations, ZZ: not said.';
COMMENT ON COLUMN trends.coverage_days.kind IS 'agency, newspaper, broadcaster, magazine, government, think-tank, specialist, aggregator or unknown.';
COMMENT ON COLUMN trends.coverage_days.bloc IS 'For whom the source speaks, as feeds.toml says.';
COMMENT ON COLUMN trends.coverage_days.family IS 'Publisher family of the source.';
COMMENT ON COLUMN trends.coverage_days.articles IS 'Articles of that day.';
COMMENT ON COLUMN trends.coverage_days.origins IS 'Distinct texts among them.';
