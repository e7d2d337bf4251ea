-- Finished runs of looks whose changes are not all kept, and revisions out of order. Returns the run or article.
-- Attempts go with their retention, revisions stay: runs without any attempt are left out.
SELECT runs.id AS run_id, NULL::bigint AS article_id, 'found ' || attempted.changed || ' changes, kept ' || kept.changes AS wrong
FROM news.runs
CROSS JOIN LATERAL (
    SELECT count(*) AS looks, count(*) FILTER (WHERE attempts.outcome IN ('revised', 'deleted')) AS changed
    FROM news.attempts
    WHERE attempts.run_id = runs.id
) AS attempted
CROSS JOIN LATERAL (
    SELECT count(*) AS changes FROM news.revisions WHERE revisions.run_id = runs.id
) AS kept
WHERE runs.flow = 'revisit' AND runs.state = 'ok' AND attempted.looks > 0 AND attempted.changed <> kept.changes
UNION ALL
SELECT NULL, article_id, 'has ' || count(*) || ' revisions, the last is number ' || max(number)
FROM news.revisions
GROUP BY article_id
HAVING count(*) <> max(number)
