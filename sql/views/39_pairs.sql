-- What goes together: topics and actors that articles have in common. Counted in texts, because an agency text on forty sites
-- says only once that two things go together; a text that runs on two days counts on both.
--
-- lift = P(both) / (P(left) * P(right)), among the texts that have any topic or actor: 1 is chance. Given what chance would
-- bring, E = n_left * n_right / n, the number of common texts is about Poisson (a little less spread, so that p and interval err on
-- the side of caution); p and the interval of 95 % are Byar's approximation to it: with O = n_both if that is above E, else
-- n_both + 1, z = 3 sqrt(O) * (1 - 1/(9 O) - (E/O)^(1/3)), p = 2 * (1 - Phi(|z|)); limits O * (1 - 1/(9 O) -+ 1.96/(3 sqrt(O)))^3 / E
-- for O = n_both and n_both + 1. Source: Breslow and Day, Statistical Methods in Cancer Research II (IARC 1987), section 2.3.

CREATE FUNCTION trends.pair_p(n_both double precision, expected double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT least(1, erfc(abs(3 * sqrt(o) * (1 - 1 / (9 * o) - power(expected / o, 1.0 / 3))) / sqrt(2::float8)))
    FROM (SELECT CASE WHEN n_both > expected THEN n_both ELSE n_both + 1 END AS o) AS observed
);
COMMENT ON FUNCTION trends.pair_p IS
    'Two-sided probability of a count so far from what is expected, or farther, by Byar''s approximation to the Poisson distribution.';

-- Grain: one row a day and ordered pair of topics or actors that an article has in common.
-- Reads: trends.pair_counts, news.topics, news.actors. Read by: analysts.
CREATE VIEW trends.pair_days AS
SELECT
    pair.day,
    way.left_about,
    lefts.slug AS left_subject,
    way.right_about,
    rights.slug AS right_subject,
    pair.articles,
    pair.origins AS n_both,
    (
        SELECT alone.origins FROM trends.pair_counts AS alone
        WHERE alone.taxonomy_id = pair.taxonomy_id AND alone.day = pair.day
            AND alone.left_about = way.left_about AND alone.left_id = way.left_id
            AND alone.right_about = way.left_about AND alone.right_id = way.left_id
    ) AS n_left,
    (
        SELECT alone.origins FROM trends.pair_counts AS alone
        WHERE alone.taxonomy_id = pair.taxonomy_id AND alone.day = pair.day
            AND alone.left_about = way.right_about AND alone.left_id = way.right_id
            AND alone.right_about = way.right_about AND alone.right_id = way.right_id
    ) AS n_right,
    (
        SELECT alone.origins FROM trends.pair_counts AS alone
        WHERE alone.taxonomy_id = pair.taxonomy_id AND alone.day = pair.day AND alone.left_about = 'all' AND alone.left_id = 0
    ) AS n
FROM trends.pair_counts AS pair
CROSS JOIN LATERAL (
    VALUES
        (pair.left_about, pair.left_id, pair.right_about, pair.right_id),
        (pair.right_about, pair.right_id, pair.left_about, pair.left_id)
) AS way (left_about, left_id, right_about, right_id)
JOIN (
    SELECT 'topic' AS about, id, slug FROM news.topics
    UNION ALL
    SELECT 'actor', id, slug FROM news.actors
) AS lefts (about, id, slug) ON lefts.about = way.left_about AND lefts.id = way.left_id
JOIN (
    SELECT 'topic' AS about, id, slug FROM news.topics
    UNION ALL
    SELECT 'actor', id, slug FROM news.actors
) AS rights (about, id, slug) ON rights.about = way.right_about AND rights.id = way.right_id
WHERE pair.taxonomy_id = (SELECT trends.version())
    AND (pair.left_about <> pair.right_about OR pair.left_id <> pair.right_id);

COMMENT ON VIEW trends.pair_days IS 'Which topics and actors articles have in common, by day. One row a day and ordered pair that an article has in common.';
COMMENT ON COLUMN trends.pair_days.day IS 'UTC day of publication.';
COMMENT ON COLUMN trends.pair_days.left_about IS 'topic or actor.';
COMMENT ON COLUMN trends.pair_days.left_subject IS 'Slug of the one.';
COMMENT ON COLUMN trends.pair_days.right_about IS 'topic or actor.';
COMMENT ON COLUMN trends.pair_days.right_subject IS 'Slug of the other; each pair stands both ways.';
COMMENT ON COLUMN trends.pair_days.articles IS 'Articles that have both.';
COMMENT ON COLUMN trends.pair_days.n_both IS 'Distinct texts among them: copies of one text count once a day.';
COMMENT ON COLUMN trends.pair_days.n_left IS 'Texts that have the left one.';
COMMENT ON COLUMN trends.pair_days.n_right IS 'Texts that have the right one.';
COMMENT ON COLUMN trends.pair_days.n IS 'Texts that have any topic or actor.';

-- Grain: one row a window of days that ends today and ordered pair of topics or actors that an article of it has in common.
-- Reads: trends.pair_counts, news.topics, news.actors. Read by: analysts, models/diffusion.py.
CREATE VIEW trends.pairs AS
SELECT
    windows.days,
    together.left_about,
    CASE together.left_about
        WHEN 'topic' THEN (SELECT slug FROM news.topics WHERE topics.id = together.left_id)
        ELSE (SELECT slug FROM news.actors WHERE actors.id = together.left_id)
    END AS left_subject,
    together.right_about,
    CASE together.right_about
        WHEN 'topic' THEN (SELECT slug FROM news.topics WHERE topics.id = together.right_id)
        ELSE (SELECT slug FROM news.actors WHERE actors.id = together.right_id)
    END AS right_subject,
    together.articles,
    together.n_both,
    together.n_left,
    together.n_right,
    together.n,
    together.n_both / together.chance AS lift,
    together.n_both * power(1 - 1 / (9.0::float8 * together.n_both) - 1.96 / (3 * sqrt(together.n_both)), 3) / together.chance AS lift_low,
    (together.n_both + 1) * power(1 - 1 / (9.0::float8 * (together.n_both + 1)) + 1.96 / (3 * sqrt(together.n_both + 1)), 3)
    / together.chance AS lift_high,
    trends.pair_p(together.n_both, together.chance) AS p
FROM (VALUES (7), (28), (90)) AS windows (days)
CROSS JOIN LATERAL (
    SELECT way.*, summed.articles, summed.n_both, summed.n, way.n_left::float8 * way.n_right / summed.n AS chance
    FROM (
        SELECT
            left_about, left_id, right_about, right_id,
            sum(articles)::int AS articles,
            sum(origins)::int AS n_both,
            (max(sum(origins)) FILTER (WHERE left_about = right_about AND left_id = right_id)
                OVER (PARTITION BY left_about, left_id))::int AS n_left,
            (max(sum(origins)) FILTER (WHERE left_about = right_about AND left_id = right_id)
                OVER (PARTITION BY right_about, right_id))::int AS n_right,
            (max(sum(origins)) FILTER (WHERE left_about = 'all') OVER ())::int AS n
        FROM trends.pair_counts
        WHERE taxonomy_id = (SELECT trends.version())
            AND day > (SELECT trends.today()) - windows.days AND day <= (SELECT trends.today())
        GROUP BY left_about, left_id, right_about, right_id
    ) AS summed
    CROSS JOIN LATERAL (
        VALUES
            (summed.left_about, summed.left_id, summed.right_about, summed.right_id, summed.n_left, summed.n_right),
            (summed.right_about, summed.right_id, summed.left_about, summed.left_id, summed.n_right, summed.n_left)
    ) AS way (left_about, left_id, right_about, right_id, n_left, n_right)
    WHERE summed.left_about <> summed.right_about OR summed.left_id <> summed.right_id
) AS together;

COMMENT ON VIEW trends.pairs IS 'Which topics and actors go together, and how much more than chance. One row a window of days and ordered pair that an article of it has in common.';
COMMENT ON COLUMN trends.pairs.days IS 'The last 7, 28 or 90 days, today included.';
COMMENT ON COLUMN trends.pairs.left_about IS 'topic or actor.';
COMMENT ON COLUMN trends.pairs.left_subject IS 'Slug of the one.';
COMMENT ON COLUMN trends.pairs.right_about IS 'topic or actor.';
COMMENT ON COLUMN trends.pairs.right_subject IS 'Slug of the other; each pair stands both ways.';
COMMENT ON COLUMN trends.pairs.articles IS 'Articles that have both.';
COMMENT ON COLUMN trends.pairs.n_both IS 'Distinct texts among them: copies of one text count once a day, and the days are added up.';
COMMENT ON COLUMN trends.pairs.n_left IS 'Texts that have the left one.';
COMMENT ON COLUMN trends.pairs.n_right IS 'Texts that have the right one.';
COMMENT ON COLUMN trends.pairs.n IS 'Texts that have any topic or actor.';
COMMENT ON COLUMN trends.pairs.lift IS 'P(both) / (P(left) * P(right)) among texts that have any topic or actor: 1 is chance, 2 twice as often.';
COMMENT ON COLUMN trends.pairs.lift_low IS 'Lower end of its 95 % interval.';
COMMENT ON COLUMN trends.pairs.lift_high IS 'Upper end.';
COMMENT ON COLUMN trends.pairs.p IS 'Chance of a count so far from n_left * n_right / n, or farther, were the two independent; of many pairs some are low by chance.';
