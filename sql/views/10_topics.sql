-- Grain: one row a topic of the taxonomy in use at the moment asked about.
-- Reads: trends.version(), news.taxonomies, news.taxonomy_topics, news.topics. Read by: every other view on topics.
CREATE VIEW trends.topics AS
SELECT
    topics.slug AS topic,
    taxonomy_topics.title,
    taxonomy_topics.description,
    taxonomy_topics.medtop,
    taxonomy_topics.position,
    taxonomies.name AS taxonomy,
    taxonomies.made_at AS taxonomy_made_at,
    taxonomies.id AS taxonomy_id,
    topics.id AS topic_id
FROM news.taxonomies
JOIN news.taxonomy_topics ON taxonomy_topics.taxonomy_id = taxonomies.id
JOIN news.topics ON topics.id = taxonomy_topics.topic_id
WHERE taxonomies.id = (SELECT trends.version());

COMMENT ON VIEW trends.topics IS 'The topics of the taxonomy that trends are counted by. One row a topic.';
COMMENT ON COLUMN trends.topics.topic IS 'Slug of the topic, stable across taxonomy versions.';
COMMENT ON COLUMN trends.topics.title IS 'Name for people.';
COMMENT ON COLUMN trends.topics.description IS 'What the topic covers.';
COMMENT ON COLUMN trends.topics.medtop IS 'IPTC Media Topics code, if one is given.';
COMMENT ON COLUMN trends.topics.position IS 'Place in the taxonomy file, from 0.';
COMMENT ON COLUMN trends.topics.taxonomy IS 'Name of the taxonomy.';
COMMENT ON COLUMN trends.topics.taxonomy_made_at IS 'When this version of it was first seen.';
COMMENT ON COLUMN trends.topics.taxonomy_id IS 'Key into news.taxonomies.';
COMMENT ON COLUMN trends.topics.topic_id IS 'Key into news.topics.';
