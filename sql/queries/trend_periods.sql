-- Topics over a period as a whole: one row a topic and slice (source, bloc, language, country, kind, or '' for all) that has
-- coverage in the period; with :until null the period ends today. Distinct counts do not add up over days, so they are
-- counted from the cube; the last 7 days and the 28 before them follow the rule of trends.change(). Completeness is that of
-- the complete days: the part of the normal yield that fell to source days graded ok.
WITH bounds AS (
    SELECT last.day AS until, last.day - CAST(:days AS int) AS before
    FROM (SELECT coalesce(CAST(:until AS date), trends.today()) AS day) AS last
), covered_days AS (
    SELECT
        CASE CAST(:by AS text)
            WHEN 'source' THEN sources.source
            WHEN 'bloc' THEN sources.bloc
            WHEN 'country' THEN sources.country
            WHEN 'kind' THEN sources.kind
            WHEN 'language' THEN cube.language
            ELSE ''
        END AS slice,
        cube.day,
        sum(cube.articles) AS articles
    FROM bounds
    JOIN trends.cells AS cube
        ON cube.taxonomy_id = 0 AND cube.about = 'coverage' AND cube.about_id = 0
        AND cube.day > least(bounds.before, bounds.until - 35)
        AND cube.day <= bounds.until
    JOIN trends.source_facts AS sources ON sources.source_id = cube.source_id
    GROUP BY 1, 2
), covered AS (
    SELECT
        slice,
        sum(articles) FILTER (WHERE day > before) AS coverage,
        count(*) FILTER (WHERE day > before) AS covered_days,
        sum(articles) FILTER (WHERE day > until - 7) AS coverage_7,
        count(*) FILTER (WHERE day > until - 7) AS days_7,
        sum(articles) FILTER (WHERE day <= until - 7 AND day > until - 35) AS coverage_28,
        count(*) FILTER (WHERE day <= until - 7 AND day > until - 35) AS days_28
    FROM covered_days
    CROSS JOIN bounds
    GROUP BY slice
), graded AS (
    SELECT
        days.slice,
        count(*) FILTER (WHERE trends.slice_grade(days.expected, days.expected_ok) = 'ok') AS ok_days,
        count(*) FILTER (WHERE trends.slice_grade(days.expected, days.expected_ok) = 'thin') AS thin_days,
        count(*) FILTER (WHERE trends.slice_grade(days.expected, days.expected_ok) = 'dark') AS dark_days,
        sum(days.expected_ok::float8) / nullif(sum(days.expected::float8), 0) AS completeness
    FROM bounds
    JOIN trends.slice_coverage AS days
        ON days.slice_kind = coalesce(CAST(:by AS text), 'all') AND days.day > bounds.before AND days.day <= bounds.until
    GROUP BY days.slice
), panel AS (
    SELECT days.slice, sum(days.comparable) AS coverage
    FROM bounds
    JOIN trends.counts AS days
        ON days.taxonomy_id = 0 AND days.about = 'coverage' AND days.about_id = 0
        AND days.slice_kind = coalesce(CAST(:by AS text), 'all') AND days.grain = 'day'
        AND days.starts_on > bounds.before AND days.starts_on <= bounds.until
    GROUP BY days.slice
), compared AS (
    SELECT days.about_id AS topic_id, days.slice, sum(days.comparable) AS articles
    FROM bounds
    CROSS JOIN trends.topics
    JOIN trends.counts AS days
        ON days.taxonomy_id = topics.taxonomy_id AND days.about = 'topic' AND days.about_id = topics.topic_id
        AND days.slice_kind = coalesce(CAST(:by AS text), 'all') AND days.grain = 'day'
        AND days.starts_on > bounds.before AND days.starts_on <= bounds.until
    WHERE CAST(:topic AS text) IS NULL OR topics.topic = CAST(:topic AS text)
    GROUP BY days.about_id, days.slice
), cells AS (
    SELECT
        cube.about_id AS topic_id,
        CASE CAST(:by AS text)
            WHEN 'source' THEN sources.source
            WHEN 'bloc' THEN sources.bloc
            WHEN 'country' THEN sources.country
            WHEN 'kind' THEN sources.kind
            WHEN 'language' THEN cube.language
            ELSE ''
        END AS slice,
        cube.day,
        cube.source_id,
        sources.family,
        cube.articles,
        cube.origins
    FROM bounds
    CROSS JOIN trends.topics
    JOIN trends.cells AS cube
        ON cube.taxonomy_id = topics.taxonomy_id
        AND cube.about = 'topic'
        AND cube.about_id = topics.topic_id
        AND cube.day > least(bounds.before, bounds.until - 35)
        AND cube.day <= bounds.until
    JOIN trends.source_facts AS sources ON sources.source_id = cube.source_id
    WHERE CAST(:topic AS text) IS NULL OR topics.topic = CAST(:topic AS text)
), counted AS (
    SELECT
        topic_id,
        slice,
        sum(articles) FILTER (WHERE day > before) AS articles,
        count(DISTINCT source_id) FILTER (WHERE day > before) AS sources,
        count(DISTINCT family) FILTER (WHERE day > before) AS families,
        sum(articles) FILTER (WHERE day > until - 7) AS articles_7,
        sum(articles) FILTER (WHERE day <= until - 7 AND day > until - 35) AS articles_28
    FROM cells
    CROSS JOIN bounds
    GROUP BY topic_id, slice
), concentration AS (
    SELECT topic_id, slice, sum(articles) ^ 2 / sum(articles ^ 2) AS effective_sources
    FROM (
        SELECT topic_id, slice, source_id, sum(articles)::float8 AS articles
        FROM cells
        CROSS JOIN bounds
        WHERE day > before
        GROUP BY topic_id, slice, source_id
    ) AS of_sources
    GROUP BY topic_id, slice
), originals AS (
    SELECT cells.topic_id, cells.slice, count(DISTINCT origin.id) AS origins
    FROM cells
    CROSS JOIN bounds
    CROSS JOIN LATERAL unnest(cells.origins) AS origin (id)
    WHERE cells.day > bounds.before
    GROUP BY cells.topic_id, cells.slice
)
SELECT
    topics.topic,
    topics.title,
    covered.slice,
    coalesce(counted.articles, 0)::int AS articles,
    coalesce(counted.sources, 0)::int AS sources,
    coalesce(counted.families, 0)::int AS families,
    coalesce(originals.origins, 0)::int AS origins,
    covered.coverage::int AS coverage,
    covered.covered_days::int AS covered_days,
    coalesce(counted.articles, 0)::float8 / covered.coverage AS share,
    concentration.effective_sources,
    coalesce(compared.articles, 0)::float8 / nullif(panel.coverage, 0) AS comparable_share,
    graded.completeness,
    coalesce(graded.ok_days, 0)::int AS ok_days,
    coalesce(graded.thin_days, 0)::int AS thin_days,
    coalesce(graded.dark_days, 0)::int AS dark_days,
    CASE WHEN covered.days_7 > 0 THEN coalesce(counted.articles_7, 0)::float8 / covered.days_7 END AS mean_7d,
    coalesce(counted.articles_7, 0)::int AS articles_7,
    trends.change(
        counted.articles_7::bigint, covered.coverage_7::bigint, covered.days_7,
        counted.articles_28::bigint, covered.coverage_28::bigint, covered.days_28
    ) AS change,
    trends.change_reason(counted.articles_28::bigint, covered.days_7, covered.days_28) AS change_reason
FROM trends.topics
CROSS JOIN covered
LEFT JOIN counted ON counted.topic_id = topics.topic_id AND counted.slice = covered.slice
LEFT JOIN graded ON graded.slice = covered.slice
LEFT JOIN panel ON panel.slice = covered.slice
LEFT JOIN compared ON compared.topic_id = topics.topic_id AND compared.slice = covered.slice
LEFT JOIN concentration ON concentration.topic_id = topics.topic_id AND concentration.slice = covered.slice
LEFT JOIN originals ON originals.topic_id = topics.topic_id AND originals.slice = covered.slice
WHERE covered.covered_days > 0 AND (CAST(:topic AS text) IS NULL OR topics.topic = CAST(:topic AS text))
ORDER BY topics.position, articles DESC, covered.coverage DESC, covered.slice
