-- Tells the planner what was just noted: it would take the table for as empty as it is between roll-ups, and join row by row.
ANALYZE news.cube_changes
