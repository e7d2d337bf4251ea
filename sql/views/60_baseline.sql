-- What a day's count is judged by: a baseline that earlier bursts do not bend, and the tails of its distribution.
-- The formulas, with their sources, are in docs/trends.md.
-- Read by: trends.test_day(), trends.burst_hours.

-- Source: terms of the negative binomial as in trends.count_cdf(). The tail is added up from x on, so that it keeps its
-- digits however small it is; unless it is small, it is what is missing to one.
CREATE FUNCTION trends.count_tail(x integer, mean double precision, dispersion double precision)
RETURNS double precision LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    lower double precision;
    over boolean;
    size double precision;
    log_term double precision;
    log_ratio double precision;
    term double precision;
    total double precision := 0;
    k integer := x;
BEGIN
    IF x <= 0 THEN
        RETURN 1;
    ELSIF mean <= 0 THEN
        RETURN 0;
    END IF;
    lower := trends.count_cdf(x - 1, mean, dispersion);
    IF lower < 0.999 OR x > 10000 OR mean > 10000 THEN
        RETURN 1 - lower;
    END IF;
    over := dispersion > 1.000001;
    size := CASE WHEN over THEN mean / (dispersion - 1) END;
    log_term := CASE WHEN over THEN -mean / (dispersion - 1) * ln(dispersion) ELSE -mean END;
    log_ratio := CASE WHEN over THEN ln(1 - 1 / dispersion) END;
    FOR step IN 0 .. x - 1 LOOP
        log_term := log_term + CASE WHEN over THEN ln((step + size) / (step + 1)) + log_ratio ELSE ln(mean / (step + 1)) END;
    END LOOP;
    IF log_term < -690 THEN
        RETURN 1e-300;
    END IF;
    term := exp(log_term);
    LOOP
        total := total + term;
        EXIT WHEN term < total * 1e-9 OR k > x + 100000;
        term := term * CASE WHEN over THEN (k + size) / (k + 1) * (1 - 1 / dispersion) ELSE mean / (k + 1) END;
        k := k + 1;
    END LOOP;
    RETURN least(total, 1);
END
$$;
COMMENT ON FUNCTION trends.count_tail IS
    'Probability of x or more in a day that has this mean and this dispersion (variance / mean, 1: Poisson, more: negative binomial).';

-- counts[i] and usual[i] are what was seen and what was usual on the day 57 - i days before the one judged, i = 1..56: of
-- its weekday are 1, 8, 15 and so on. Days without anything usual are left out.
-- Sources: quasi-Poisson baseline whose outliers weigh little, by their Anscombe residual s: Farrington, Andrews, Beale and
-- Catchpole, J. R. Stat. Soc. A 159 (1996) 547-563; the limit s > 2.58 of the last round: Noufaily et al., Stat. Med. 32
-- (2013) 1206-1222. Here they weigh 1/s^2 on both sides, so that a drop does not hide the next one either. Weekday factors
-- are drawn towards 1 as a normal prior with standard deviation 0.3 would (empirical Bayes; Efron and Morris 1973).
CREATE FUNCTION trends.baseline(
    counts integer[], usual double precision[],
    OUT days integer, OUT rate double precision, OUT dispersion double precision, OUT doubt double precision
) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    spread CONSTANT double precision := 0.09;
    level double precision := 1;
    factors double precision[] := ARRAY[1, 1, 1, 1, 1, 1, 1];
    trust double precision;
    trusts double precision;
    y double precision; e double precision; m double precision; w double precision; s double precision;
    weights double precision; seen double precision; expected double precision;
    total_seen double precision; total_expected double precision;
    squares double precision; mixed double precision; usual_squares double precision;
    deviation double precision; scale double precision; beyond double precision;
    by_seen double precision[]; by_expected double precision[];
    by_squares double precision[]; by_mixed double precision[]; by_usual_squares double precision[];
BEGIN
    dispersion := 1;
    FOR round IN 0 .. 2 LOOP
        scale := 1.5 / sqrt(dispersion);
        beyond := CASE round WHEN 1 THEN 1 ELSE 2.58 END;
        days := 0; weights := 0; total_seen := 0; total_expected := 0;
        by_seen := '{}'; by_expected := '{}'; by_squares := '{}'; by_mixed := '{}'; by_usual_squares := '{}';
        FOR weekday IN 1 .. 7 LOOP
            seen := 0; expected := 0; squares := 0; mixed := 0; usual_squares := 0;
            FOR week IN 0 .. 7 LOOP
                e := usual[weekday + 7 * week];
                CONTINUE WHEN e IS NULL OR e <= 0;
                y := counts[weekday + 7 * week];
                w := 1;
                IF round > 0 THEN
                    m := level * factors[weekday] * e;
                    s := scale * (cbrt(y * y / sqrt(m)) - sqrt(m));
                    IF abs(s) > beyond THEN
                        w := 1 / (s * s);
                    END IF;
                END IF;
                days := days + 1;
                weights := weights + w;
                seen := seen + w * y; expected := expected + w * e;
                squares := squares + w * y * y; mixed := mixed + w * y * e; usual_squares := usual_squares + w * e * e;
            END LOOP;
            total_seen := total_seen + seen; total_expected := total_expected + expected;
            by_seen[weekday] := seen; by_expected[weekday] := expected;
            by_squares[weekday] := squares; by_mixed[weekday] := mixed; by_usual_squares[weekday] := usual_squares;
        END LOOP;
        IF days = 0 THEN
            RETURN;
        END IF;
        level := (total_seen + 1) / (total_expected + 1);
        trusts := 0; deviation := 0; expected := 0;
        FOR weekday IN 1 .. 7 LOOP
            trust := spread / (spread + dispersion / (level * by_expected[weekday] + 1e-9));
            factors[weekday] := 1 + trust * (by_seen[weekday] / (level * by_expected[weekday] + 1e-9) - 1);
            trusts := trusts + trust;
            m := level * factors[weekday];
            deviation := deviation + by_squares[weekday] - 2 * m * by_mixed[weekday] + m * m * by_usual_squares[weekday];
            expected := expected + m * by_expected[weekday];
            IF weekday = 1 THEN
                doubt := spread * (1 - trust);
            END IF;
        END LOOP;
        -- In the middle round a third of sound days is weighed down too: 1.6 makes up for that under the normal distribution.
        dispersion := greatest(1, CASE round WHEN 1 THEN 1.6 ELSE 1 END * deviation / greatest(expected, 1e-9)
            * weights / greatest(weights - 1 - trusts * 6 / 7, 1));
    END LOOP;
    rate := level * factors[1];
    doubt := doubt + dispersion / (total_seen + 1);
END
$$;
COMMENT ON FUNCTION trends.baseline IS
    'What 56 days say of the next: days that counted, multiple of the usual on its weekday, dispersion (variance / mean), and the relative variance of that multiple.';
