-- Forgets the totals of one taxonomy on these days.
DELETE FROM news.topic_totals WHERE taxonomy_id = :taxonomy AND day = ANY(CAST(:days AS date[]))
