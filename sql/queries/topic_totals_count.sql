-- Totals of one taxonomy on these days over its cube: what does not add up over its slices is counted here.
INSERT INTO news.topic_totals (taxonomy_id, topic_id, day, articles, sources, families, origins)
SELECT
    cube.taxonomy_id,
    cube.topic_id,
    cube.day,
    sum(cube.articles) FILTER (WHERE origin.place = 1),
    count(DISTINCT cube.source_id),
    count(DISTINCT sources.family),
    count(DISTINCT origin.id)
FROM news.topic_cube AS cube
JOIN news.sources ON sources.id = cube.source_id
CROSS JOIN LATERAL unnest(cube.origins) WITH ORDINALITY AS origin (id, place)
WHERE cube.taxonomy_id = :taxonomy AND cube.day = ANY(CAST(:days AS date[]))
GROUP BY 1, 2, 3
