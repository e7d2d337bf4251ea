-- Who took each story up, when, and who did not. A slice (bloc or language) is silent on a story only if it was listened to:
-- in the three days from the first report, half of what its sources normally yield must come from sources graded ok.

-- Grain: one row a bloc or language and day from which three days can be graded.
-- Reads: trends.slice_coverage. Read by: analysts.
CREATE VIEW trends.openings AS
SELECT
    slice_kind,
    slice,
    day,
    sum(expected) OVER three_days AS expected,
    sum(expected_ok) OVER three_days AS expected_ok,
    trends.slice_grade(sum(expected) OVER three_days, sum(expected_ok) OVER three_days) AS grade,
    day + 2 < (SELECT trends.today()) AS is_over
FROM trends.slice_coverage
WHERE slice_kind IN ('bloc', 'language')
WINDOW three_days AS (PARTITION BY slice_kind, slice ORDER BY day RANGE BETWEEN CURRENT ROW AND interval '2 days' FOLLOWING);

COMMENT ON VIEW trends.openings IS 'How well each bloc and language was listened to in the three days from a day on, in which a story of that day is taken up or not. One row a bloc or language and day.';
COMMENT ON COLUMN trends.openings.slice_kind IS 'bloc or language.';
COMMENT ON COLUMN trends.openings.slice IS 'Which one.';
COMMENT ON COLUMN trends.openings.day IS 'First of the three UTC days.';
COMMENT ON COLUMN trends.openings.expected IS 'Articles that its graded sources normally yield on these days.';
COMMENT ON COLUMN trends.openings.expected_ok IS 'The part of it that falls to sources graded ok.';
COMMENT ON COLUMN trends.openings.grade IS 'ok, thin, dark or unknown.';
COMMENT ON COLUMN trends.openings.is_over IS 'Whether the three days are over.';

-- Grain: one row a story and bloc or language, for all that reported it and all that could be listened to then.
-- Reads: trends.story_counts, trends.story_slice_counts, trends.slice_coverage.
-- Read by: trends.story_blocs, trends.story_languages, models/diffusion.py.
-- Both sides are brought together by grouping within each story, so that each is looked up by its key.
CREATE VIEW trends.story_slices AS
SELECT
    told.story_id,
    told.started_at,
    told.started_on,
    kinds.slice_kind,
    heard.slice,
    heard.first_at,
    heard.lag / 3600.0::float8 AS lag_hours,
    heard.lag = 0 AS is_first,
    coalesce(heard.articles, 0) AS articles,
    coalesce(heard.sources, 0) AS sources,
    coalesce(heard.families, 0) AS families,
    coalesce(heard.origins, 0) AS origins,
    heard.words,
    heard.words::float8 / nullif(told.words, 0) AS relative_words,
    CASE
        WHEN heard.articles > 0 THEN false
        WHEN told.started_on + 2 < (SELECT trends.today()) AND heard.grade IN ('ok', 'thin') THEN true
    END AS never_taken_up,
    CASE
        WHEN heard.articles > 0 THEN NULL
        WHEN told.started_on + 2 >= (SELECT trends.today()) THEN 'the story is less than three days old'
        WHEN heard.grade = 'dark' THEN
            format('sources of only %s %% of the usual coverage were complete', round(100 * (heard.expected_ok / heard.expected)::numeric))
        WHEN heard.grade = 'unknown' THEN 'what its sources normally yield is not known'
    END AS reason,
    heard.grade AS coverage_grade,
    CASE WHEN heard.expected > 0 THEN heard.expected_ok / heard.expected END AS completeness,
    heard.first_article_id,
    heard.first_timed
FROM trends.story_counts AS told
CROSS JOIN (VALUES ('bloc'), ('language')) AS kinds (slice_kind)
CROSS JOIN LATERAL (
    SELECT
        slice, max(first_at) AS first_at, max(lag) AS lag, max(articles) AS articles, max(sources) AS sources,
        max(families) AS families, max(origins) AS origins, max(words) AS words, max(first_article_id) AS first_article_id,
        bool_or(first_timed) AS first_timed, sum(expected) AS expected, sum(expected_ok) AS expected_ok,
        trends.slice_grade(sum(expected), sum(expected_ok)) AS grade
    FROM (
        SELECT
            own.slice, own.first_at, own.lag, own.articles, own.sources, own.families, own.origins, own.words,
            own.first_article_id, own.first_timed, NULL::real AS expected, NULL::real AS expected_ok
        FROM trends.story_slice_counts AS own
        WHERE own.story_id = told.story_id AND own.slice_kind = kinds.slice_kind
        UNION ALL
        SELECT
            graded.slice, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, graded.expected, graded.expected_ok
        FROM trends.slice_coverage AS graded
        WHERE graded.slice_kind = kinds.slice_kind AND graded.day >= told.started_on AND graded.day <= told.started_on + 2
    ) AS sides
    GROUP BY slice
) AS heard;

COMMENT ON VIEW trends.story_slices IS 'Who took each story up, when, at what length, and who did not. One row a story and bloc or language that reported it or could be listened to then.';
COMMENT ON COLUMN trends.story_slices.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.story_slices.started_at IS 'First report of the story, by whomever.';
COMMENT ON COLUMN trends.story_slices.started_on IS 'UTC day of that.';
COMMENT ON COLUMN trends.story_slices.slice_kind IS 'bloc or language.';
COMMENT ON COLUMN trends.story_slices.slice IS 'Which one.';
COMMENT ON COLUMN trends.story_slices.first_at IS 'First report in this slice: see reported_at in trends.story_articles.';
COMMENT ON COLUMN trends.story_slices.lag_hours IS 'Hours behind the first report of the story; 0: it was first.';
COMMENT ON COLUMN trends.story_slices.is_first IS 'Whether the story began here; null where it was not taken up.';
COMMENT ON COLUMN trends.story_slices.articles IS 'Articles on the story; 0: none.';
COMMENT ON COLUMN trends.story_slices.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.story_slices.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.story_slices.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.story_slices.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';
COMMENT ON COLUMN trends.story_slices.relative_words IS 'words / length of the middle article of the whole story: below 1 is terser than others.';
COMMENT ON COLUMN trends.story_slices.never_taken_up IS 'True: it was listened to and reported nothing; false: it reported; null: reason says why nothing can be said.';
COMMENT ON COLUMN trends.story_slices.reason IS 'Why it cannot be said whether it was silent.';
COMMENT ON COLUMN trends.story_slices.coverage_grade IS 'How complete the coverage of the slice was in the three days from the first report of the story: ok, thin, dark or unknown.';
COMMENT ON COLUMN trends.story_slices.completeness IS 'The part of the normal yield of those days that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.story_slices.first_article_id IS 'Its first report.';
COMMENT ON COLUMN trends.story_slices.first_timed IS 'Whether the publisher gave that a time of day; otherwise its time is the latest it can have been.';

-- Grain: one row a story and bloc that reported it or could be listened to then.
-- Reads: trends.story_slices. Read by: analysts.
CREATE VIEW trends.story_blocs AS
SELECT
    story_id, started_at, started_on, slice AS bloc, first_at, lag_hours, is_first, articles, sources, families, origins, words,
    relative_words, never_taken_up, reason, coverage_grade, completeness, first_article_id, first_timed
FROM trends.story_slices
WHERE slice_kind = 'bloc';

COMMENT ON VIEW trends.story_blocs IS 'Which blocs took each story up, when, at what length, and which did not. One row a story and bloc that reported it or could be listened to then.';
COMMENT ON COLUMN trends.story_blocs.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.story_blocs.started_at IS 'First report of the story, by whomever.';
COMMENT ON COLUMN trends.story_blocs.started_on IS 'UTC day of that.';
COMMENT ON COLUMN trends.story_blocs.bloc IS 'For whom its sources speak, as feeds.toml says.';
COMMENT ON COLUMN trends.story_blocs.first_at IS 'First report in this slice: see reported_at in trends.story_articles.';
COMMENT ON COLUMN trends.story_blocs.lag_hours IS 'Hours behind the first report of the story; 0: it was first.';
COMMENT ON COLUMN trends.story_blocs.is_first IS 'Whether the story began here; null where it was not taken up.';
COMMENT ON COLUMN trends.story_blocs.articles IS 'Articles on the story; 0: none.';
COMMENT ON COLUMN trends.story_blocs.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.story_blocs.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.story_blocs.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.story_blocs.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';
COMMENT ON COLUMN trends.story_blocs.relative_words IS 'words / length of the middle article of the whole story: below 1 is terser than others.';
COMMENT ON COLUMN trends.story_blocs.never_taken_up IS 'True: it was listened to and reported nothing; false: it reported; null: reason says why nothing can be said.';
COMMENT ON COLUMN trends.story_blocs.reason IS 'Why it cannot be said whether it was silent.';
COMMENT ON COLUMN trends.story_blocs.coverage_grade IS 'How complete the coverage of the slice was in the three days from the first report of the story: ok, thin, dark or unknown.';
COMMENT ON COLUMN trends.story_blocs.completeness IS 'The part of the normal yield of those days that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.story_blocs.first_article_id IS 'Its first report.';
COMMENT ON COLUMN trends.story_blocs.first_timed IS 'Whether the publisher gave that a time of day; otherwise its time is the latest it can have been.';

-- Grain: one row a story and language that reported it or could be listened to then.
-- Reads: trends.story_slices. Read by: analysts.
CREATE VIEW trends.story_languages AS
SELECT
    story_id, started_at, started_on, slice AS language, first_at, lag_hours, is_first, articles, sources, families, origins, words,
    relative_words, never_taken_up, reason, coverage_grade, completeness, first_article_id, first_timed
FROM trends.story_slices
WHERE slice_kind = 'language';

COMMENT ON VIEW trends.story_languages IS 'Which languages took each story up, when, at what length, and which did not. One row a story and language that reported it or could be listened to then.';
COMMENT ON COLUMN trends.story_languages.story_id IS 'Key into trends.stories.';
COMMENT ON COLUMN trends.story_languages.started_at IS 'First report of the story, by whomever.';
COMMENT ON COLUMN trends.story_languages.started_on IS 'UTC day of that.';
COMMENT ON COLUMN trends.story_languages.language IS 'ISO 639-1 language: of the articles that report, and mostly of the sources that could be listened to.';
COMMENT ON COLUMN trends.story_languages.first_at IS 'First report in this slice: see reported_at in trends.story_articles.';
COMMENT ON COLUMN trends.story_languages.lag_hours IS 'Hours behind the first report of the story; 0: it was first.';
COMMENT ON COLUMN trends.story_languages.is_first IS 'Whether the story began here; null where it was not taken up.';
COMMENT ON COLUMN trends.story_languages.articles IS 'Articles on the story; 0: none.';
COMMENT ON COLUMN trends.story_languages.sources IS 'Distinct sources among them.';
COMMENT ON COLUMN trends.story_languages.families IS 'Distinct publisher families among them.';
COMMENT ON COLUMN trends.story_languages.origins IS 'Distinct texts among them: copies of one text count once.';
COMMENT ON COLUMN trends.story_languages.words IS 'Length of the middle article (characters / 2 in scripts without spaces).';
COMMENT ON COLUMN trends.story_languages.relative_words IS 'words / length of the middle article of the whole story: below 1 is terser than others.';
COMMENT ON COLUMN trends.story_languages.never_taken_up IS 'True: it was listened to and reported nothing; false: it reported; null: reason says why nothing can be said.';
COMMENT ON COLUMN trends.story_languages.reason IS 'Why it cannot be said whether it was silent.';
COMMENT ON COLUMN trends.story_languages.coverage_grade IS 'How complete the coverage of the slice was in the three days from the first report of the story: ok, thin, dark or unknown.';
COMMENT ON COLUMN trends.story_languages.completeness IS 'The part of the normal yield of those days that falls to sources graded ok, 0..1.';
COMMENT ON COLUMN trends.story_languages.first_article_id IS 'Its first report.';
COMMENT ON COLUMN trends.story_languages.first_timed IS 'Whether the publisher gave that a time of day; otherwise its time is the latest it can have been.';
