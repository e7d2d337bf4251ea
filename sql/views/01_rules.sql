-- The rules that several views share, as functions, so that each stands in one place.
-- A change compares the seven days that end on a day with the 28 days before those seven. It exists only when at least 4
-- of the 7 and 14 of the 28 days have coverage, and when there was something before to compare with.
-- Read by: every view of topics over time, sql/queries/trend_periods.sql.

CREATE FUNCTION trends.change_reason(
    articles_28 bigint,
    days_7 bigint,
    days_28 bigint
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN coalesce(days_7, 0) < 4 THEN 'fewer than 4 of the last 7 days have coverage'
    WHEN coalesce(days_28, 0) < 14 THEN 'fewer than 14 of the 28 days before have coverage'
    WHEN coalesce(articles_28, 0) = 0 THEN 'no article in the 28 days before'
END;
COMMENT ON FUNCTION trends.change_reason IS
    'Why there is no change to state; null when there is one. Arguments: articles in the 28 days before, days with coverage among the last 7 and among the 28 before.';

CREATE FUNCTION trends.change(
    articles_7 bigint,
    coverage_7 bigint,
    days_7 bigint,
    articles_28 bigint,
    coverage_28 bigint,
    days_28 bigint
) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN trends.change_reason(articles_28, days_7, days_28) IS NULL
        THEN (coalesce(articles_7, 0)::float8 / coverage_7) / (articles_28::float8 / coverage_28)
END;
COMMENT ON FUNCTION trends.change IS
    'Share of coverage in the last 7 days as a multiple of the share in the 28 days before them: 1 is no change, 2 is twice the share. Null where trends.change_reason() says why.';
