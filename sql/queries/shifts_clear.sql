-- Forgets all shifts.
DELETE FROM news.shifts
