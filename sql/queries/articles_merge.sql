-- Makes articles duplicates of others: their addresses and sightings move over.
WITH pairs AS (
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:targets AS bigint[])) AS pair (id, target)
), readdressed AS (
    UPDATE news.addresses SET article_id = pairs.target FROM pairs WHERE addresses.article_id = pairs.id
), moved AS (
    DELETE FROM news.sightings USING pairs
    WHERE sightings.article_id = pairs.id
    RETURNING sightings.feed_id, pairs.target, sightings.first_seen_at, sightings.last_seen_at
), kept AS (
    INSERT INTO news.sightings AS sighting (feed_id, article_id, first_seen_at, last_seen_at)
    SELECT feed_id, target, min(first_seen_at), max(last_seen_at) FROM moved GROUP BY feed_id, target
    ON CONFLICT (feed_id, article_id) DO UPDATE SET
        first_seen_at = least(sighting.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(sighting.last_seen_at, excluded.last_seen_at)
)
UPDATE news.articles SET merged_into = pairs.target FROM pairs WHERE articles.id = pairs.id
