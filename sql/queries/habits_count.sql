-- Counts what sources and blocs normally write on the topics of the current taxonomy; rows that hold already are not written.
WITH counted AS MATERIALIZED (
    SELECT taxonomy_id, topic_id, slice_kind, slice, ends_before, articles, squares, last_on FROM trends.counted_habits
), written AS (
    INSERT INTO news.habits AS kept (taxonomy_id, topic_id, slice_kind, slice, ends_before, articles, squares, last_on)
    SELECT * FROM counted
    ON CONFLICT (taxonomy_id, topic_id, slice_kind, slice) DO UPDATE
    SET ends_before = excluded.ends_before, articles = excluded.articles, squares = excluded.squares, last_on = excluded.last_on
    WHERE (kept.ends_before, kept.articles, kept.squares, kept.last_on)
        IS DISTINCT FROM (excluded.ends_before, excluded.articles, excluded.squares, excluded.last_on)
)
DELETE FROM news.habits AS kept
WHERE NOT EXISTS (
    SELECT FROM counted
    WHERE counted.taxonomy_id = kept.taxonomy_id AND counted.topic_id = kept.topic_id
        AND counted.slice_kind = kept.slice_kind AND counted.slice = kept.slice
)
