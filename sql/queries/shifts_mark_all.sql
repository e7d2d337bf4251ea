-- Notes that no shift holds any more.
INSERT INTO news.dirty_shifts (week)
SELECT date_trunc('week', trends.today())::date - 7
ON CONFLICT (week) DO NOTHING
