-- Forgets the findings that hold no more. Returns them.
DELETE FROM news.freshness AS stood USING news.sources
WHERE sources.id = stood.source_id
    AND (stood.source_id, stood.finding) NOT IN (
        SELECT * FROM unnest(CAST(:sources AS int[]), CAST(:findings AS text[]))
    )
RETURNING stood.source_id, sources.slug AS source, stood.finding, stood.since, stood.said
