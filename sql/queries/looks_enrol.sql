-- Plans the first look at articles that were just stored.
INSERT INTO news.looks (article_id, number, since, due_at, etag, last_modified)
SELECT plan.article_id, 1, plan.since, plan.due_at, plan.etag, plan.last_modified
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:since AS timestamptz[]), CAST(:due AS timestamptz[]), CAST(:etags AS text[]),
    CAST(:modified AS text[])
) AS plan (article_id, since, due_at, etag, last_modified)
ON CONFLICT (article_id) DO NOTHING
