-- Forgets what one taxonomy counted on these days.
DELETE FROM news.topic_cube WHERE taxonomy_id = :taxonomy AND day = ANY(CAST(:days AS date[]))
