-- Records how the entries of one poll ended.
INSERT INTO news.poll_tallies (poll_id, outcome, reason, urls)
SELECT :poll, tally.outcome, tally.reason, tally.urls
FROM unnest(CAST(:outcomes AS text[]), CAST(:reasons AS text[]), CAST(:urls AS int[])) AS tally (outcome, reason, urls)
