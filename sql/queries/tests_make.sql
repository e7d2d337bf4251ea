-- Tests these days.
INSERT INTO news.tests (
    taxonomy_id, day, topic_id, slice_kind, slice, observed, texts, sources, days, expected, dispersion,
    p_high, p_low, q_high, q_low, p_without, shuffled_high, shuffled_low
)
SELECT
    tested.taxonomy_id, tested.day, tested.topic_id, tested.slice_kind, tested.slice, tested.observed, tested.texts,
    tested.sources, tested.days, tested.expected, tested.dispersion, tested.p_high, tested.p_low, tested.q_high,
    tested.q_low, tested.p_without, tested.shuffled_high, tested.shuffled_low
FROM unnest(CAST(:days AS date[])) AS wanted (day)
CROSS JOIN LATERAL trends.test_day(wanted.day) AS tested
