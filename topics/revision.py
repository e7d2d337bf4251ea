"""Which tagger this is: the same taxonomy file may be read in other ways by another release."""

from __future__ import annotations

REVISION = 8
"""Goes up by one whenever some text gets other tags, or other evidence, from the same file than before.

It is part of a version's identity: one file read by two revisions makes two versions, and the second takes effect with
a retag. `tests/topics/pinned` holds texts and what they get; a test fails when that changes under the same number.
"""
