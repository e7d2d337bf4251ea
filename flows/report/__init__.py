"""The report: one HTML file that needs nothing else, made in sections from the views."""
