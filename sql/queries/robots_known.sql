-- What is kept of the robots.txt of a site: at most one row.
SELECT fetched_at, status, body, failing_since FROM news.robots WHERE site = :site
