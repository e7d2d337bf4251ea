-- The moment that views speak of, and the distribution that days are judged by: functions that several views share.
-- `SET wirewatch.as_of = '2026-03-01 12:00Z'` lets every view of this session show what had been seen and tagged by then;
-- `RESET wirewatch.as_of` brings back the present.
-- Read by: every view of schema trends, sql/queries.

-- Of the last 30 days every moment is known; of what was counted before, what stood at the start of each UTC day is kept
-- (models/housekeeping.py thins it out), so that earlier moments stand for the start of theirs.
CREATE FUNCTION trends.as_of() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN nullif(current_setting('wirewatch.as_of', true), '')::timestamptz < news.clock() - interval '30 days'
        THEN date_trunc('day', nullif(current_setting('wirewatch.as_of', true), '')::timestamptz, 'UTC')
    ELSE nullif(current_setting('wirewatch.as_of', true), '')::timestamptz
END;
COMMENT ON FUNCTION trends.as_of IS
    'The earlier moment that this session asks about (SET wirewatch.as_of = ...); null: the present. More than 30 days back: the start of its UTC day.';

CREATE FUNCTION trends.moment() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(trends.as_of(), news.clock());
COMMENT ON FUNCTION trends.moment IS 'The moment that views speak of: now, or the earlier one asked about.';

CREATE FUNCTION trends.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN (trends.moment() AT TIME ZONE 'UTC')::date;
COMMENT ON FUNCTION trends.today IS 'The UTC day of that moment: the one day that is not over.';

CREATE FUNCTION trends.version() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT taxonomy_id FROM news.taxonomy_uses
    WHERE since <= trends.moment() AND (until IS NULL OR until > trends.moment())
    ORDER BY since DESC
    LIMIT 1
);
COMMENT ON FUNCTION trends.version IS 'The version of the taxonomy in use at that moment: key into news.taxonomies.';

-- Source: the negative binomial with mean m and variance d*m has size m/(d-1) and success probability 1/d; its terms
-- follow from one another by p(k+1) = p(k) * (k + size)/(k + 1) * (1 - 1/d). With d = 1 it is the Poisson distribution.
-- Both are p(k) = p(k-1) * (b + c/k) (Panjer 1981), by logarithms only while a term is too small for a number.
-- Above 10,000 the normal distribution with continuity correction stands in: the tails differ there by less than 1e-4.
CREATE FUNCTION trends.count_cdf(x integer, mean double precision, dispersion double precision)
RETURNS double precision LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    b double precision;
    c double precision;
    log_term double precision;
    term double precision;
    total double precision;
    start integer := 1;
BEGIN
    IF x < 0 THEN
        RETURN 0;
    ELSIF mean <= 0 THEN
        RETURN 1;
    ELSIF x > 10000 OR mean > 10000 THEN
        RETURN (1 + erf((x + 0.5 - mean) / sqrt(2 * greatest(dispersion, 1) * mean))) / 2;
    ELSIF dispersion > 1.000001 THEN
        log_term := -mean / (dispersion - 1) * ln(dispersion);
        b := 1 - 1 / dispersion;
        c := mean / dispersion - b;
    ELSE
        log_term := -mean;
        b := 0;
        c := mean;
    END IF;
    WHILE log_term < -680 LOOP
        IF start > x THEN
            RETURN 0;
        END IF;
        log_term := log_term + ln(b + c / start);
        start := start + 1;
    END LOOP;
    term := exp(log_term);
    total := term;
    FOR k IN start .. x LOOP
        term := term * (b + c / k);
        EXIT WHEN term < 1e-300;
        total := total + term;
    END LOOP;
    RETURN least(total, 1);
END
$$;
COMMENT ON FUNCTION trends.count_cdf IS
    'Probability of x or fewer in a day that has this mean and this dispersion (variance / mean, 1: Poisson, more: negative binomial).';
