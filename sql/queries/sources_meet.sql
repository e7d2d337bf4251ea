-- Makes sources of publishers that only an aggregator has named so far, each a family of its own; known slugs stay as they are.
INSERT INTO news.sources (slug, name, homepage, country, language, kind, bloc, family)
SELECT met.slug, met.name, met.homepage, :country, met.language, :kind, :bloc, met.slug
FROM unnest(
    CAST(:slugs AS text[]), CAST(:names AS text[]), CAST(:homepages AS text[]), CAST(:languages AS text[])
) AS met (slug, name, homepage, language)
ORDER BY met.slug
ON CONFLICT (slug) DO NOTHING
