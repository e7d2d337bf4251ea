-- Records one poll of one feed by one run. Returns the id of the poll.
INSERT INTO news.polls (run_id, feed_id, polled_at, outcome, reason, status, listed, bytes, elapsed_ms)
VALUES (:run, :feed, :at, :outcome, :reason, :status, :listed, :bytes, :elapsed)
RETURNING id
