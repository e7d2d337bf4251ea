-- Keeps what changed on articles, with the headline and text they had before: call it before they get new ones.
INSERT INTO news.revisions (
    article_id, number, source_id, run_id, kind, seen_at, title, new_title, text, content_hash, words, new_words, headline_changed,
    sentences_added, sentences_removed, taxonomy_id, topics_gained, topics_lost
)
SELECT
    articles.id,
    1 + (SELECT coalesce(max(earlier.number), 0) FROM news.revisions AS earlier WHERE earlier.article_id = articles.id),
    articles.source_id,
    :run,
    change.kind,
    change.seen_at,
    articles.title,
    coalesce(nullif(change.new_title, ''), articles.title),
    CASE WHEN change.new_words IS NOT NULL THEN texts.text END,
    CASE WHEN change.new_words IS NOT NULL THEN articles.content_hash END,
    articles.words,
    coalesce(change.new_words, articles.words),
    change.headline,
    change.added,
    change.removed,
    :taxonomy,
    CAST(string_to_array(change.gained, ' ') AS smallint[]),
    CAST(string_to_array(change.lost, ' ') AS smallint[])
FROM unnest(
    CAST(:ids AS bigint[]), CAST(:kinds AS text[]), CAST(:seen AS timestamptz[]), CAST(:titles AS text[]),
    CAST(:words AS int[]), CAST(:headlines AS boolean[]), CAST(:added AS int[]), CAST(:removed AS int[]),
    CAST(:gained AS text[]), CAST(:lost AS text[])
) AS change (article_id, kind, seen_at, new_title, new_words, headline, added, removed, gained, lost)
JOIN news.articles ON articles.id = change.article_id
LEFT JOIN news.texts ON texts.article_id = articles.id
