-- Forgets what one taxonomy version counted, unless it is the current one.
WITH old AS (
    SELECT id FROM news.taxonomies WHERE id = :taxonomy AND NOT is_current
), tested AS (
    DELETE FROM news.tests USING old WHERE tests.taxonomy_id = old.id
), usual AS (
    DELETE FROM news.habits USING old WHERE habits.taxonomy_id = old.id
), tested_on AS (
    DELETE FROM news.tested_days USING old WHERE tested_days.taxonomy_id = old.id
), slices AS (
    DELETE FROM news.counts USING old WHERE counts.taxonomy_id = old.id
), stories AS (
    DELETE FROM news.story_topics USING old WHERE story_topics.taxonomy_id = old.id
), subjects AS (
    DELETE FROM news.story_subjects USING old WHERE story_subjects.taxonomy_id = old.id
), together AS (
    DELETE FROM news.pairs USING old WHERE pairs.taxonomy_id = old.id
)
DELETE FROM news.cube USING old WHERE cube.taxonomy_id = old.id
