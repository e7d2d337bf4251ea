"""Pin what the tagger does now, under a revision that is newer than what is pinned."""

from __future__ import annotations

import json
import sys

from tests.topics.pinned.tags import FILE, made, pinned, told
from topics.revision import REVISION


def main() -> int:
    """Write `tags.json`; refuse to when tags have changed and the revision has not."""
    if FILE.exists() and pinned() != made() and pinned()["revision"] == REVISION:
        print("The tagger tags differently: raise REVISION in topics/revision.py first.", file=sys.stderr)
        return 1
    FILE.write_text(told(made()), encoding="utf-8")
    json.loads(FILE.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
