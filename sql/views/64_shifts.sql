-- Slow shifts: the weeks from which on a topic has another weight, by binary segmentation over the last 26 whole weeks.
-- Sources: Scott and Knott, Biometrics 30 (1974) 507-512, for the search; the statistic is the likelihood ratio of two
-- Poisson levels against one, 2 (sum of Y ln(Y/E) over both sides - Y ln(Y/E) of the whole), over the dispersion; that is
-- taken from neighbouring weeks (von Neumann's successive differences), so that shifts do not raise it. A side has three weeks
-- or more. Penalty: 4 ln(weeks), twice that of BIC for a level and its place (Yao, Stat. Prob. Lett. 6 (1988) 181-189),
-- because some hundred series are searched.
CREATE FUNCTION trends.shift_points(counts double precision[], usual double precision[])
RETURNS TABLE (place integer, level_before double precision, level_after double precision, statistic double precision)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 1 AS $$
DECLARE
    least_weeks CONSTANT integer := 3;
    weeks CONSTANT integer := cardinality(counts);
    penalty CONSTANT double precision := 4 * ln(greatest(weeks, 2));
    spread double precision := 0;
    pairs integer := 0;
    level double precision;
    spans integer[] := ARRAY[1, weeks];
    starts integer; ends integer; best integer; found integer[] := '{}';
    y double precision; e double precision; whole_y double precision; whole_e double precision;
    value double precision; best_value double precision; values_found double precision[] := '{}';
BEGIN
    FOR i IN 2 .. weeks LOOP
        level := (counts[i] + counts[i - 1]) / nullif(usual[i] + usual[i - 1], 0);
        CONTINUE WHEN level IS NULL OR level = 0 OR usual[i] = 0 OR usual[i - 1] = 0;
        spread := spread + (counts[i] - level * usual[i]) ^ 2 * (1 / usual[i] + 1 / usual[i - 1]) ^ 2
            / (level * (1 / usual[i] + 1 / usual[i - 1]));
        pairs := pairs + 1;
    END LOOP;
    spread := greatest(1, spread / greatest(pairs, 1));
    WHILE cardinality(spans) > 0 LOOP
        starts := spans[1]; ends := spans[2]; spans := spans[3:];
        whole_y := 0; whole_e := 0; y := 0; e := 0; best := NULL; best_value := penalty;
        FOR i IN starts .. ends LOOP
            whole_y := whole_y + counts[i]; whole_e := whole_e + usual[i];
        END LOOP;
        FOR i IN starts .. ends - least_weeks LOOP
            y := y + counts[i]; e := e + usual[i];
            CONTINUE WHEN i < starts + least_weeks - 1 OR e <= 0 OR whole_e - e <= 0;
            value := 2 / spread * (
                CASE WHEN y > 0 THEN y * ln(y / e) ELSE 0 END
                + CASE WHEN whole_y > y THEN (whole_y - y) * ln((whole_y - y) / (whole_e - e)) ELSE 0 END
                - CASE WHEN whole_y > 0 THEN whole_y * ln(whole_y / whole_e) ELSE 0 END
            );
            IF value > best_value THEN
                best := i + 1; best_value := value;
            END IF;
        END LOOP;
        IF best IS NOT NULL THEN
            found := found || best; values_found := values_found || best_value;
            spans := spans || ARRAY[starts, best - 1, best, ends];
        END IF;
    END LOOP;
    RETURN QUERY
    WITH cuts AS (
        SELECT cut.place, cut.statistic, coalesce(lag(cut.place) OVER (ORDER BY cut.place), 1) AS since,
            coalesce(lead(cut.place) OVER (ORDER BY cut.place), weeks + 1) AS until
        FROM unnest(found, values_found) AS cut (place, statistic)
    )
    SELECT
        cuts.place,
        (SELECT sum(counts[i]) / nullif(sum(usual[i]), 0) FROM generate_series(cuts.since, cuts.place - 1) AS i),
        (SELECT sum(counts[i]) / nullif(sum(usual[i]), 0) FROM generate_series(cuts.place, cuts.until - 1) AS i),
        cuts.statistic
    FROM cuts
    ORDER BY cuts.place;
END
$$;
COMMENT ON FUNCTION trends.shift_points IS
    'Where the level of a series of counts, each held against what is usual, changes for good: the first place of each new level, and the levels around it.';

-- Of the sources with comparable coverage in three weeks of four. Usual: over them, comparable coverage of the week * the
-- source's share of the topic over all 26 weeks. Reads half a year of counts by source: a second with 300 sources, so what
-- it finds is kept, and found again when a count of those weeks changes (models/burst_store.py).
-- Reads: trends.counts, trends.source_facts, trends.topics. Read by: sql/queries/shifts_make.sql, trends.shifts.
CREATE FUNCTION trends.find_shifts() RETURNS TABLE (
    taxonomy_id integer,
    topic_id smallint,
    slice_kind text,
    slice text,
    week date,
    level_before double precision,
    level_after double precision,
    statistic double precision,
    weeks integer
) LANGUAGE plpgsql STABLE ROWS 100 SET work_mem = '64MB' SET jit = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH bounds AS MATERIALIZED (
        SELECT date_trunc('week', trends.today())::date - 182 AS since, date_trunc('week', trends.today())::date AS until
    ), covered AS MATERIALIZED (
        SELECT slice AS source, (starts_on - (SELECT since FROM bounds)) / 7 + 1 AS week, sum(comparable)::float8 AS texts
        FROM trends.counts
        WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND slice_kind = 'source' AND grain = 'day'
            AND starts_on >= (SELECT since FROM bounds) AND starts_on < (SELECT until FROM bounds) AND comparable > 0
        GROUP BY 1, 2
    ), written AS MATERIALIZED (
        SELECT about_id AS topic_id, slice AS source, (starts_on - (SELECT since FROM bounds)) / 7 + 1 AS week, sum(comparable)::float8 AS texts
        FROM trends.counts
        WHERE taxonomy_id = (SELECT trends.version()) AND about = 'topic' AND about_id = ANY(ARRAY(SELECT topic_id FROM trends.topics))
            AND slice_kind = 'source' AND grain = 'day'
            AND starts_on >= (SELECT since FROM bounds) AND starts_on < (SELECT until FROM bounds) AND comparable > 0
        GROUP BY 1, 2, 3
    ), shares AS MATERIALIZED (
        SELECT topic_id, source, sum(texts) AS texts FROM written GROUP BY topic_id, source
    ), panel AS MATERIALIZED (
        SELECT source, sum(texts) AS texts
        FROM covered
        GROUP BY source
        HAVING count(*) >= 0.75 * (SELECT count(DISTINCT week) FROM covered)
    ), parts AS (
        SELECT written.topic_id, written.source, written.week, written.texts AS seen, 0::float8 AS usual
        FROM written
        JOIN panel ON panel.source = written.source
        UNION ALL
        SELECT shares.topic_id, covered.source, covered.week, 0, covered.texts * shares.texts / panel.texts
        FROM covered
        JOIN panel ON panel.source = covered.source
        JOIN shares ON shares.source = covered.source
    ), lines AS MATERIALIZED (
        SELECT
            parts.topic_id,
            CASE WHEN GROUPING(sources.bloc) = 0 THEN 'bloc' ELSE 'all' END AS slice_kind,
            coalesce(sources.bloc, '') AS slice,
            parts.week,
            sum(parts.seen) AS seen,
            sum(parts.usual) AS usual
        FROM parts
        JOIN trends.source_facts AS sources ON sources.source = parts.source
        GROUP BY GROUPING SETS ((parts.topic_id, parts.week), (parts.topic_id, parts.week, sources.bloc))
    ), series AS (
        SELECT
            topic_id, slice_kind, slice,
            array_agg(seen ORDER BY week) AS seen, array_agg(usual ORDER BY week) AS usual, array_agg(week ORDER BY week) AS weeks
        FROM lines
        WHERE usual > 0
        GROUP BY topic_id, slice_kind, slice
        HAVING count(*) >= 8 AND sum(seen) >= 20
    )
    SELECT
        trends.version(),
        series.topic_id,
        series.slice_kind,
        series.slice,
        (SELECT since FROM bounds) + 7 * (series.weeks[shift.place] - 1),
        shift.level_before,
        shift.level_after,
        shift.statistic,
        cardinality(series.weeks)
    FROM series
    CROSS JOIN LATERAL trends.shift_points(series.seen, series.usual) AS shift;
END
$$;
COMMENT ON FUNCTION trends.find_shifts IS
    'Finds the slow shifts of the last 26 whole weeks anew, as of the moment asked about: what trends.shifts has.';

-- Grain: one row a topic, slice (all, bloc) and week from which on its weight is another.
-- Reads: news.shifts, trends.find_shifts(), trends.topics. Read by: analysts, models/signals.py.
CREATE VIEW trends.shifts AS
SELECT
    topics.topic,
    found.slice_kind,
    found.slice,
    found.week,
    found.level_after / nullif(found.level_before, 0) AS ratio,
    found.level_before,
    found.level_after,
    found.statistic,
    found.weeks
FROM (
    SELECT taxonomy_id, topic_id, slice_kind, slice, week, level_before, level_after, statistic, weeks
    FROM news.shifts
    WHERE (SELECT trends.as_of()) IS NULL
    UNION ALL
    SELECT anew.*
    FROM trends.find_shifts() AS anew
    WHERE (SELECT trends.as_of()) IS NOT NULL
) AS found
JOIN trends.topics ON topics.taxonomy_id = found.taxonomy_id AND topics.topic_id = found.topic_id;

COMMENT ON VIEW trends.shifts IS 'Slow shifts: the weeks of the last 26 from which on the same sources gave a topic another weight. One row a topic, slice (all, bloc) and change.';
COMMENT ON COLUMN trends.shifts.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.shifts.slice_kind IS 'all or bloc.';
COMMENT ON COLUMN trends.shifts.slice IS 'Which bloc; empty for all.';
COMMENT ON COLUMN trends.shifts.week IS 'Monday of the first week of the new level (UTC).';
COMMENT ON COLUMN trends.shifts.ratio IS 'level_after / level_before.';
COMMENT ON COLUMN trends.shifts.level_before IS 'Articles on the topic / what the same sources usually have, from the change before to this one; 1 is the mean of the 26 weeks.';
COMMENT ON COLUMN trends.shifts.level_after IS 'The same, from this change to the next.';
COMMENT ON COLUMN trends.shifts.statistic IS 'Likelihood ratio of two levels against one, over the dispersion; more than 4 ln(weeks).';
COMMENT ON COLUMN trends.shifts.weeks IS 'Weeks with comparable coverage.';
