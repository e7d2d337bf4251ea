-- Grain: one row a day, source and language with at least one article.
-- Reads: news.coverage_cube, news.sources. Read by: analysts, models/trends.py.
CREATE VIEW trends.coverage_days AS
SELECT
    cube.day,
    sources.slug AS source,
    cube.language,
    sources.name,
    sources.country,
    sources.kind,
    sources.bloc,
    sources.family,
    cube.articles,
    cardinality(cube.origins) AS origins
FROM news.coverage_cube AS cube
JOIN news.sources ON sources.id = cube.source_id;

COMMENT ON VIEW trends.coverage_days IS 'What each source published, by day and language. No row: nothing was collected, which is not the same as nothing published.';
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
