-- What sources and blocs normally write on a topic, as it is kept, against what the daily counts add up to; where a new day or
-- another version of the taxonomy waits for a roll-up nothing is compared.
-- Returns what differs: the topic and slice, what is kept and what the counts give.
SELECT
    topic_id, slice_kind, slice,
    (kept.articles, kept.squares, kept.last_on)::text AS kept,
    (counted.articles, counted.squares, counted.last_on)::text AS counted
FROM (SELECT * FROM news.habits WHERE taxonomy_id = (SELECT trends.version())) AS kept
FULL JOIN trends.counted_habits AS counted USING (taxonomy_id, topic_id, slice_kind, slice)
WHERE (SELECT trends.habits_stand())
    AND (kept.ends_before, kept.articles, kept.squares, kept.last_on)
        IS DISTINCT FROM (counted.ends_before, counted.articles, counted.squares, counted.last_on)
