-- Forgets the grades of slices on these days.
DELETE FROM news.slice_coverage WHERE day = ANY(CAST(:days AS date[]))
