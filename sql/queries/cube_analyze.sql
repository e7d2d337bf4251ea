-- Tells the planner what was just counted: until autovacuum has passed by, it would take the tables for empty.
ANALYZE news.cube, news.source_days
