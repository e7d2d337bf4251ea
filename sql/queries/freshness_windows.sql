-- The pages of each source that were read in two spans of time, one after the other: one row a source and span. What is
-- far older (a past that was collected later) says nothing of the site as it is.
SELECT
    source_id,
    first_seen_at >= CAST(:now AS timestamptz) - CAST(:recent AS interval) AS late,
    count(*) AS pages,
    count(*) FILTER (WHERE state = 'rejected') AS rejected,
    count(*) FILTER (WHERE state = 'stored' AND grade <> 'full') AS teasers,
    count(*) FILTER (WHERE state = 'stored' AND published_at IS NULL) AS undated,
    coalesce(avg(ln(words)) FILTER (WHERE state = 'stored' AND words > 0), 0)::float8 AS log_words,
    coalesce(stddev_samp(ln(words)) FILTER (WHERE state = 'stored' AND words > 0), 0)::float8 AS log_words_sd
FROM news.articles
WHERE first_seen_at >= CAST(:now AS timestamptz) - CAST(:recent AS interval) - CAST(:before AS interval)
    AND first_seen_at < :now
    AND state IN ('stored', 'rejected')
    AND day >= (CAST(:now AS timestamptz) - CAST(:recent AS interval) - CAST(:before AS interval))::date - 90
GROUP BY 1, 2
