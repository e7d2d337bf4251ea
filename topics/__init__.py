"""What an article is about: taxonomy files that people edit, their loader and the tagger. No database."""
