-- Forgets the coverage of these days.
DELETE FROM news.coverage_cube WHERE day = ANY(CAST(:days AS date[]))
