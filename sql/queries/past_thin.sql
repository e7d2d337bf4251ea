-- Of what was counted before it was counted otherwise, keeps only what stood at the start of a UTC day, of the time before.
WITH counts_gone AS (
    DELETE FROM news.counts_past
    WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
), days_gone AS (
    DELETE FROM news.source_days_past
    WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
), story_counts_gone AS (
    DELETE FROM news.story_counts_past
    WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
), story_slices_gone AS (
    DELETE FROM news.story_slices_past
    WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
), story_topics_gone AS (
    DELETE FROM news.story_topics_past
    WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
), story_subjects_gone AS (
    DELETE FROM news.story_subjects_past
    WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
), pairs_gone AS (
    DELETE FROM news.pairs_past
    WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
)
DELETE FROM news.slice_coverage_past
WHERE until < CAST(:before AS timestamptz) AND date_trunc('day', until - interval '1 microsecond', 'UTC') < since
