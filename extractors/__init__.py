"""Bytes in, facts out, and the rules about them: no Prefect, no database, no clock, no environment."""
