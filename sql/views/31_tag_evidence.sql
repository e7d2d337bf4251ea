-- Grain: one row a match that earned an article a tag of the taxonomy in use at the moment asked about; and one a tag without
-- evidence, where the tags of that moment have been replaced since.
-- Reads: news.tags, news.taggings, trends.tagging_facts, trends.article_facts, news.texts, trends.topics.
-- Read by: analysts, models/dossier.py.
CREATE VIEW trends.tag_evidence AS
SELECT
    tags.article_id,
    topics.topic,
    matches.place::int AS place,
    matches.match ->> 0 AS term,
    matches.match ->> 1 AS concept,
    matches.match ->> 2 AS field,
    (matches.match ->> 3)::int AS start_at,
    (matches.match ->> 4)::int AS end_at,
    substring(
        CASE matches.match ->> 2 WHEN 'title' THEN facts.title ELSE texts.text END
        FROM (matches.match ->> 3)::int + 1
        FOR (matches.match ->> 4)::int - (matches.match ->> 3)::int
    ) AS words,
    (matches.match ->> 5)::float8 AS weight,
    tags.score,
    (
        SELECT round((1 - exp(-sum((every_match ->> 5)::float8)))::numeric, 4)::real
        FROM jsonb_array_elements(tags.evidence) AS every_match
    ) AS score_rebuilt,
    topics.taxonomy_id
FROM news.tags
JOIN trends.topics ON topics.taxonomy_id = tags.taxonomy_id AND topics.topic_id = tags.topic_id
CROSS JOIN LATERAL (
    SELECT title FROM trends.article_facts WHERE article_facts.article_id = tags.article_id OFFSET 0
) AS facts
LEFT JOIN news.texts ON texts.article_id = tags.article_id
CROSS JOIN LATERAL jsonb_array_elements(tags.evidence) WITH ORDINALITY AS matches (match, place)
WHERE (SELECT trends.as_of()) IS NULL
    OR EXISTS (
        SELECT FROM news.taggings AS said
        WHERE said.taxonomy_id = tags.taxonomy_id AND said.article_id = tags.article_id AND said.tagged_at <= (SELECT trends.as_of())
    )
UNION ALL
SELECT said.article_id, topics.topic, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, topics.taxonomy_id
FROM trends.tagging_facts AS said
JOIN trends.article_facts AS facts ON facts.article_id = said.article_id
JOIN trends.topics ON topics.topic_id = ANY(said.topic_ids)
WHERE NOT said.stands;

COMMENT ON VIEW trends.tag_evidence IS 'Why each article has its tags: every match, where it stands and what it added. One row a match; a tag of an earlier moment that was replaced since has one row, and its match and score are null: they are not kept.';
COMMENT ON COLUMN trends.tag_evidence.article_id IS 'The article.';
COMMENT ON COLUMN trends.tag_evidence.topic IS 'Slug of the topic.';
COMMENT ON COLUMN trends.tag_evidence.place IS 'Place of the match among the evidence of the tag, from 1.';
COMMENT ON COLUMN trends.tag_evidence.term IS 'The term as the taxonomy writes it.';
COMMENT ON COLUMN trends.tag_evidence.concept IS 'The concept the term belongs to.';
COMMENT ON COLUMN trends.tag_evidence.field IS 'title or text.';
COMMENT ON COLUMN trends.tag_evidence.start_at IS 'First character of the match in its field, from 0.';
COMMENT ON COLUMN trends.tag_evidence.end_at IS 'The character after the match.';
COMMENT ON COLUMN trends.tag_evidence.words IS 'What stands there.';
COMMENT ON COLUMN trends.tag_evidence.weight IS 'What the match added to the sum from which the score is made.';
COMMENT ON COLUMN trends.tag_evidence.score IS 'Score of the tag as it was given, 0..1.';
COMMENT ON COLUMN trends.tag_evidence.score_rebuilt IS 'The same made anew from the evidence: 1 - exp(-sum of the weights).';
COMMENT ON COLUMN trends.tag_evidence.taxonomy_id IS 'The taxonomy version that gave the tag.';
