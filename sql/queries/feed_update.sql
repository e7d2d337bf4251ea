-- Applies what a poll taught about its feed, and lets go of it. A failed poll leaves validators and body hash alone.
UPDATE news.feeds SET
    claimed_by = NULL,
    state = :state,
    interval_minutes = :interval,
    failures = :failures,
    next_poll_at = :next,
    last_polled_at = :at,
    last_ok_at = CASE WHEN :ok THEN CAST(:at AS timestamptz) ELSE last_ok_at END,
    last_new_at = CASE WHEN :new THEN CAST(:at AS timestamptz) ELSE last_new_at END,
    etag = CASE WHEN :ok THEN CAST(:etag AS text) ELSE etag END,
    last_modified = CASE WHEN :ok THEN CAST(:modified AS text) ELSE last_modified END,
    body_hash = coalesce(CAST(:hash AS bytea), body_hash),
    last_error = CASE WHEN :ok THEN NULL ELSE CAST(:error AS text) END,
    moved_to = CASE WHEN :ok THEN CAST(:moved AS text) ELSE moved_to END,
    title = coalesce(CAST(:title AS text), title),
    format = coalesce(CAST(:format AS text), format)
WHERE id = :feed
