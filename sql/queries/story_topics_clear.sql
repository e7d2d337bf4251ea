-- Forgets the topics of these stories, of some versions of the taxonomy.
DELETE FROM news.story_topics
WHERE story_id = ANY(CAST(:stories AS bigint[])) AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
