-- Forgets the totals of these days.
DELETE FROM news.coverage_totals WHERE day = ANY(CAST(:days AS date[]))
