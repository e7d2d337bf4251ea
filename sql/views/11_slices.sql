-- Grain: one row a slice that ever had coverage (source, bloc, country, language, kind, or all of it).
-- Reads: trends.counts. Read by: every view of slices over time.
CREATE VIEW trends.slices AS
SELECT DISTINCT slice_kind, slice
FROM trends.counts
WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND grain = 'month';

COMMENT ON VIEW trends.slices IS 'What everything can be split by. One row a slice that ever had coverage.';
COMMENT ON COLUMN trends.slices.slice_kind IS 'all, source, bloc, country, language or kind.';
COMMENT ON COLUMN trends.slices.slice IS 'Which one; empty for all.';

-- Grain: one row a slice and day on which one of its sources can be graded.
-- Reads: news.slice_coverage, news.slice_coverage_past. Read by: trends.slice_days.
CREATE VIEW trends.slice_coverage AS
SELECT slice_kind, slice, day, ok, thin, dark, unknown, expected, expected_ok
FROM news.slice_coverage
WHERE since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT slice_kind, slice, day, ok, thin, dark, unknown, expected, expected_ok
FROM news.slice_coverage_past
WHERE since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of());

COMMENT ON VIEW trends.slice_coverage IS 'The grades of the sources of each slice, added up. One row a slice and day.';
COMMENT ON COLUMN trends.slice_coverage.slice_kind IS 'all, source, bloc, country, language (that its sources mostly write in) or kind.';
COMMENT ON COLUMN trends.slice_coverage.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.slice_coverage.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.slice_coverage.ok IS 'Sources graded ok.';
COMMENT ON COLUMN trends.slice_coverage.thin IS 'Sources graded thin.';
COMMENT ON COLUMN trends.slice_coverage.dark IS 'Sources graded dark.';
COMMENT ON COLUMN trends.slice_coverage.unknown IS 'Sources that cannot be graded.';
COMMENT ON COLUMN trends.slice_coverage.expected IS 'Articles that its graded sources normally yield on such a weekday.';
COMMENT ON COLUMN trends.slice_coverage.expected_ok IS 'The part of it that falls to sources graded ok.';

-- The rule by which a day of a slice can be compared: half of what its sources normally yield must come from sources that
-- are graded ok. Above nine tenths the day is ok, between the two thin.
CREATE FUNCTION trends.slice_grade(expected real, expected_ok real) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN coalesce(expected, 0) <= 0 THEN 'unknown'
    WHEN expected_ok >= 0.9 * expected THEN 'ok'
    WHEN expected_ok >= 0.5 * expected THEN 'thin'
    ELSE 'dark'
END;
COMMENT ON FUNCTION trends.slice_grade IS
    'Grade of a slice on a day: by the part of its normal yield that comes from sources graded ok (ok from 9/10, thin from 1/2, else dark).';

-- Grain: one row a slice and day, from the first day with an article to today, without holes.
-- Reads: trends.slices, trends.counts, trends.slice_coverage. Read by: every view of topics over time.
-- A day of a slice without an article has null counts and a reason, unless sources of it are known to have been silent.
-- What belongs to a row is brought together by grouping, not by joins: a condition on days or slices then reaches each table,
-- while a join would compare with all of history. Grade and reason are worked out where it is grouped: once, not for each topic.
CREATE VIEW trends.slice_days AS
SELECT
    slice_kind,
    slice,
    day,
    coalesce(max(articles), CASE WHEN max(ok) > 0 THEN 0 END) AS articles,
    coalesce(max(sources), CASE WHEN max(ok) > 0 THEN 0 END) AS sources,
    coalesce(max(families), CASE WHEN max(ok) > 0 THEN 0 END) AS families,
    coalesce(max(origins), CASE WHEN max(ok) > 0 THEN 0 END) AS origins,
    max(articles)::float8 * max(articles) / max(squares) AS effective_sources,
    CASE
        WHEN day < (SELECT trends.today()) THEN coalesce(max(comparable), CASE WHEN max(ok) > 0 THEN 0 END)
    END AS comparable,
    trends.slice_grade(max(expected), max(expected_ok)) AS grade,
    CASE WHEN max(expected) > 0 THEN max(expected_ok) / max(expected) END AS completeness,
    max(expected) AS expected,
    coalesce(max(ok), 0) AS ok,
    coalesce(max(thin), 0) AS thin,
    coalesce(max(dark), 0) AS dark,
    coalesce(max(unknown), 0) AS unknown,
    CASE
        WHEN max(articles) IS NULL AND max(ok) > 0 IS NOT TRUE THEN 'no coverage'
        WHEN trends.slice_grade(max(expected), max(expected_ok)) = 'dark' THEN format(
            'sources of only %s %% of the usual coverage were complete', round(100 * (max(expected_ok) / max(expected))::numeric)
        )
        WHEN max(articles) IS NULL THEN 'nothing was published'
    END AS reason,
    day < (SELECT trends.today()) AS complete
FROM (
    SELECT
        slices.slice_kind, slices.slice, calendar.day, true AS listed,
        NULL::integer AS articles, NULL::integer AS sources, NULL::integer AS families, NULL::integer AS origins,
        NULL::bigint AS squares, NULL::integer AS comparable, NULL::real AS expected, NULL::real AS expected_ok,
        NULL::integer AS ok, NULL::integer AS thin, NULL::integer AS dark, NULL::integer AS unknown
    FROM (
        SELECT generate_series(min(starts_on), greatest(max(starts_on), trends.today()), interval '1 day')::date AS day
        FROM trends.counts
        WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND slice_kind = 'all' AND grain = 'day'
    ) AS calendar
    CROSS JOIN trends.slices
    UNION ALL
    SELECT
        slice_kind, slice, starts_on, false,
        articles, sources, families, origins, squares, comparable, NULL, NULL, NULL, NULL, NULL, NULL
    FROM trends.counts
    WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND grain = 'day'
    UNION ALL
    SELECT
        slice_kind, slice, day, false,
        NULL, NULL, NULL, NULL, NULL, NULL, expected, expected_ok, ok, thin, dark, unknown
    FROM trends.slice_coverage
) AS parts
GROUP BY slice_kind, slice, day
HAVING bool_or(listed);

COMMENT ON VIEW trends.slice_days IS 'All coverage by day in every slice, with its grade: the denominator of every share. One row a slice and day, gaps included.';
COMMENT ON COLUMN trends.slice_days.slice_kind IS 'all, source, bloc, country, language or kind.';
COMMENT ON COLUMN trends.slice_days.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.slice_days.day IS 'UTC day of publication (of first sight where no date was believable).';
COMMENT ON COLUMN trends.slice_days.articles IS 'Articles of that day, on whatever subject; null if nothing was collected, zero if its complete sources published nothing.';
COMMENT ON COLUMN trends.slice_days.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.slice_days.families IS 'Distinct publisher families among them: outlets of one publisher are one voice.';
COMMENT ON COLUMN trends.slice_days.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.slice_days.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.slice_days.comparable IS 'Articles from sources graded ok that day (the healthy panel); null for today.';
COMMENT ON COLUMN trends.slice_days.grade IS 'ok, thin, dark or unknown: how much of what its sources normally yield comes from complete ones.';
COMMENT ON COLUMN trends.slice_days.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.slice_days.expected IS 'Articles that its graded sources normally yield on such a weekday.';
COMMENT ON COLUMN trends.slice_days.ok IS 'Sources graded ok.';
COMMENT ON COLUMN trends.slice_days.thin IS 'Sources graded thin.';
COMMENT ON COLUMN trends.slice_days.dark IS 'Sources graded dark.';
COMMENT ON COLUMN trends.slice_days.unknown IS 'Sources that cannot be graded.';
COMMENT ON COLUMN trends.slice_days.reason IS 'Why the day cannot be compared; null when it can.';
COMMENT ON COLUMN trends.slice_days.complete IS 'False for today: more may come.';
