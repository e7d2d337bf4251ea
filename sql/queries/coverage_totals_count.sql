-- Totals of these days over the coverage cube: what does not add up over its slices is counted here.
INSERT INTO news.coverage_totals (day, articles, sources, families, origins)
SELECT
    cube.day,
    sum(cube.articles) FILTER (WHERE origin.place = 1),
    count(DISTINCT cube.source_id),
    count(DISTINCT sources.family),
    count(DISTINCT origin.id)
FROM news.coverage_cube AS cube
JOIN news.sources ON sources.id = cube.source_id
CROSS JOIN LATERAL unnest(cube.origins) WITH ORDINALITY AS origin (id, place)
WHERE cube.day = ANY(CAST(:days AS date[]))
GROUP BY cube.day
