-- Forgets the tests of these days, of the taxonomy in use.
DELETE FROM news.tests WHERE taxonomy_id = (SELECT trends.version()) AND day = ANY(CAST(:days AS date[]))
