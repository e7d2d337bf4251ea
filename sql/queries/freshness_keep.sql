-- Keeps a finding; one that stood already keeps since when. Returns whether it is new.
INSERT INTO news.freshness (source_id, finding, since, found_at, figures, said)
VALUES (:source, :finding, :since, :now, CAST(:figures AS jsonb), :said)
ON CONFLICT (source_id, finding) DO UPDATE SET figures = excluded.figures, said = excluded.said
RETURNING xmax = 0 AS new
