-- Articles whose list of topics, which trends count, is not that of their tags, which show the evidence.
SELECT taggings.taxonomy_id, taggings.article_id, taggings.topic_ids AS listed, given.topic_ids AS given
FROM news.taggings
LEFT JOIN (
    SELECT taxonomy_id, article_id, array_agg(topic_id ORDER BY topic_id) AS topic_ids
    FROM news.tags
    GROUP BY taxonomy_id, article_id
) AS given ON given.taxonomy_id = taggings.taxonomy_id AND given.article_id = taggings.article_id
WHERE taggings.topic_ids <> coalesce(given.topic_ids, '{}')
