-- Makes articles, their addresses and announcements of entries that nobody has seen; the keys are distinct and unknown.
WITH fresh AS (
    SELECT *
    FROM unnest(
        CAST(:keys AS bytea[]), CAST(:canonicals AS text[]), CAST(:urls AS text[]), CAST(:titles AS text[]),
        CAST(:summaries AS text[]), CAST(:contents AS text[]), CAST(:languages AS text[]),
        CAST(:published AS timestamptz[]), CAST(:origins AS text[]), CAST(:authors AS text[]),
        CAST(:publishers AS text[])
    ) AS entry (
        url_key, canonical, url, title, summary, content, language, published_at, published_from, authors, publisher
    )
), numbered AS (
    SELECT nextval(pg_get_serial_sequence('news.articles', 'id')) AS id, fresh.* FROM fresh
), made AS (
    INSERT INTO news.articles
        (id, source_id, feed_id, discovered_by, url, title, published_at, published_from, first_seen_at, due_at)
    OVERRIDING SYSTEM VALUE
    SELECT id, :source, :feed, :run, url, title, published_at, published_from, :now, :now FROM numbered
), addressed AS (
    INSERT INTO news.addresses (url_key, article_id, url)
    SELECT url_key, id, canonical FROM numbered
    ON CONFLICT (url_key) DO NOTHING
)
INSERT INTO news.entries
    (article_id, title, summary, content_html, authors, language, published_at, published_from, publisher)
SELECT
    id, title, summary, content, coalesce(string_to_array(nullif(authors, ''), chr(31)), '{}'), language, published_at, published_from, publisher
FROM numbered
