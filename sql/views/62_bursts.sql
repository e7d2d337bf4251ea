-- What stands out, at a stated share of false ones: q is that of Benjamini and Hochberg (J. R. Stat. Soc. B 57 (1995) 289-300),
-- which holds for tests that are related as slices are (Benjamini and Yekutieli, Ann. Stat. 29 (2001) 1165-1188), over all
-- tests of the day; high and low are two families, each with its own share. What rests on one source where the panel has
-- three or more is left to trends.tests.
-- OFFSET 0: the few rows that stand out are looked up one by one, not joined to all counts there are.

-- Grain: one row a topic, slice and day that got more than usual.
-- Reads: trends.tested, trends.topics, trends.counts, trends.slice_coverage. Read by: analysts, models/signals.py.
CREATE VIEW trends.bursts AS
SELECT
    topics.topic,
    topics.title,
    tested.slice_kind,
    tested.slice,
    tested.day,
    tested.observed,
    tested.expected::float8 AS expected,
    tested.observed / nullif(tested.expected, 0)::float8 AS ratio,
    tested.p_high AS p,
    tested.q_high AS q,
    tested.p_without,
    coalesce(counted.articles, 0) AS articles,
    coalesce(counted.sources, 0) AS sources,
    coalesce(counted.families, 0) AS families,
    coalesce(counted.origins, 0) AS origins,
    counted.articles::float8 * counted.articles / counted.squares AS effective_sources,
    tested.texts AS coverage,
    tested.sources AS panel,
    tested.days,
    tested.dispersion,
    trends.slice_grade(graded.expected, graded.expected_ok) AS grade,
    CASE WHEN graded.expected > 0 THEN graded.expected_ok / graded.expected END AS completeness
FROM trends.tested
JOIN trends.topics ON topics.topic_id = tested.topic_id
LEFT JOIN LATERAL (
    SELECT coverage.expected, coverage.expected_ok
    FROM trends.slice_coverage AS coverage
    WHERE coverage.slice_kind = tested.slice_kind AND coverage.slice = tested.slice AND coverage.day = tested.day
    OFFSET 0
) AS graded ON true
LEFT JOIN LATERAL (
    SELECT found.articles, found.sources, found.families, found.origins, found.squares
    FROM trends.counts AS found
    WHERE found.taxonomy_id = topics.taxonomy_id AND found.about = 'topic' AND found.about_id = topics.topic_id
        AND found.slice_kind = tested.slice_kind AND found.grain = 'day' AND found.starts_on = tested.day
        AND found.slice = tested.slice
    OFFSET 0
) AS counted ON true
WHERE tested.q_high <= trends.burst_level() AND coalesce(tested.p_without, 0) <= trends.burst_level()
    AND trends.slice_grade(graded.expected, graded.expected_ok) IN ('ok', 'thin');

COMMENT ON VIEW trends.bursts IS 'Topics that got more than usual that day, where at most 5 % of such rows of a day are false. One row a topic, slice and day.';
COMMENT ON COLUMN trends.bursts.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.bursts.title IS 'Name of the topic.';
COMMENT ON COLUMN trends.bursts.slice_kind IS 'all, bloc, country, language or kind.';
COMMENT ON COLUMN trends.bursts.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.bursts.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.bursts.observed IS 'Texts on the topic from the panel: sources graded ok that day, each text once a source.';
COMMENT ON COLUMN trends.bursts.expected IS 'Texts on the topic to be expected of this panel on such a weekday.';
COMMENT ON COLUMN trends.bursts.ratio IS 'observed / expected.';
COMMENT ON COLUMN trends.bursts.p IS 'Probability of so many or more if nothing were up.';
COMMENT ON COLUMN trends.bursts.q IS 'The part of false ones among the bursts of that day with p as low as this.';
COMMENT ON COLUMN trends.bursts.p_without IS 'p without the source that adds most to it, at most 0.05; null where the panel has fewer than 3.';
COMMENT ON COLUMN trends.bursts.articles IS 'Articles on the topic, of whatever source.';
COMMENT ON COLUMN trends.bursts.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.bursts.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.bursts.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.bursts.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.bursts.coverage IS 'Texts of the panel on whatever subject.';
COMMENT ON COLUMN trends.bursts.panel IS 'Sources of the panel.';
COMMENT ON COLUMN trends.bursts.days IS 'Days among the 56 before that it is compared with.';
COMMENT ON COLUMN trends.bursts.dispersion IS 'Variance / mean of the prediction, its own uncertainty included; 1 or more.';
COMMENT ON COLUMN trends.bursts.grade IS 'ok or thin: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.bursts.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';

-- Grain: one row a topic, slice and day that got less than usual.
-- Reads: trends.tested, trends.topics, trends.counts, trends.slice_coverage. Read by: analysts, models/signals.py.
CREATE VIEW trends.drops AS
SELECT
    topics.topic,
    topics.title,
    tested.slice_kind,
    tested.slice,
    tested.day,
    tested.observed,
    tested.expected::float8 AS expected,
    tested.observed / nullif(tested.expected, 0)::float8 AS ratio,
    tested.p_low AS p,
    tested.q_low AS q,
    tested.p_without,
    coalesce(counted.articles, 0) AS articles,
    coalesce(counted.sources, 0) AS sources,
    coalesce(counted.families, 0) AS families,
    coalesce(counted.origins, 0) AS origins,
    counted.articles::float8 * counted.articles / counted.squares AS effective_sources,
    tested.texts AS coverage,
    tested.sources AS panel,
    tested.days,
    tested.dispersion,
    trends.slice_grade(graded.expected, graded.expected_ok) AS grade,
    CASE WHEN graded.expected > 0 THEN graded.expected_ok / graded.expected END AS completeness
FROM trends.tested
JOIN trends.topics ON topics.topic_id = tested.topic_id
LEFT JOIN LATERAL (
    SELECT coverage.expected, coverage.expected_ok
    FROM trends.slice_coverage AS coverage
    WHERE coverage.slice_kind = tested.slice_kind AND coverage.slice = tested.slice AND coverage.day = tested.day
    OFFSET 0
) AS graded ON true
LEFT JOIN LATERAL (
    SELECT found.articles, found.sources, found.families, found.origins, found.squares
    FROM trends.counts AS found
    WHERE found.taxonomy_id = topics.taxonomy_id AND found.about = 'topic' AND found.about_id = topics.topic_id
        AND found.slice_kind = tested.slice_kind AND found.grain = 'day' AND found.starts_on = tested.day
        AND found.slice = tested.slice
    OFFSET 0
) AS counted ON true
WHERE tested.q_low <= trends.burst_level() AND coalesce(tested.p_without, 0) <= trends.burst_level()
    AND trends.slice_grade(graded.expected, graded.expected_ok) IN ('ok', 'thin');

COMMENT ON VIEW trends.drops IS 'Topics that got less than usual that day, where at most 5 % of such rows of a day are false. One row a topic, slice and day.';
COMMENT ON COLUMN trends.drops.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.drops.title IS 'Name of the topic.';
COMMENT ON COLUMN trends.drops.slice_kind IS 'all, bloc, country, language or kind.';
COMMENT ON COLUMN trends.drops.slice IS 'Which one; empty for all.';
COMMENT ON COLUMN trends.drops.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.drops.observed IS 'Texts on the topic from the panel: sources graded ok that day, each text once a source.';
COMMENT ON COLUMN trends.drops.expected IS 'Texts on the topic to be expected of this panel on such a weekday.';
COMMENT ON COLUMN trends.drops.ratio IS 'observed / expected.';
COMMENT ON COLUMN trends.drops.p IS 'Probability of so few or fewer if nothing were up.';
COMMENT ON COLUMN trends.drops.q IS 'The part of false ones among the drops of that day with p as low as this.';
COMMENT ON COLUMN trends.drops.p_without IS 'p without the source that adds most to it, at most 0.05; null where the panel has fewer than 3.';
COMMENT ON COLUMN trends.drops.articles IS 'Articles on the topic, of whatever source.';
COMMENT ON COLUMN trends.drops.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.drops.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.drops.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.drops.effective_sources IS 'Sources of equal size that would be as concentrated: (sum n)² / sum n² over sources.';
COMMENT ON COLUMN trends.drops.coverage IS 'Texts of the panel on whatever subject.';
COMMENT ON COLUMN trends.drops.panel IS 'Sources of the panel.';
COMMENT ON COLUMN trends.drops.days IS 'Days among the 56 before that it is compared with.';
COMMENT ON COLUMN trends.drops.dispersion IS 'Variance / mean of the prediction, its own uncertainty included; 1 or more.';
COMMENT ON COLUMN trends.drops.grade IS 'ok or thin: how complete the coverage of the slice is.';
COMMENT ON COLUMN trends.drops.completeness IS 'The part of the normal yield that falls to sources graded ok, 0..1.';
