-- Finds the shifts of the taxonomy in use.
INSERT INTO news.shifts (taxonomy_id, topic_id, slice_kind, slice, week, level_before, level_after, statistic, weeks)
SELECT taxonomy_id, topic_id, slice_kind, slice, week, level_before, level_after, statistic, weeks
FROM trends.find_shifts()
