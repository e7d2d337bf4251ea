-- Adds one poll to the day of its feed.
INSERT INTO news.feed_days AS feed_day (feed_id, day, polls, failed, listed, new)
VALUES (:feed, :day, 1, :failed, :listed, :new)
ON CONFLICT (feed_id, day) DO UPDATE SET
    polls = feed_day.polls + 1,
    failed = feed_day.failed + excluded.failed,
    listed = feed_day.listed + excluded.listed,
    new = feed_day.new + excluded.new
