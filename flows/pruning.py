"""Tags of old taxonomy versions go when somebody says so, in steps that a kill or a full disk leave whole."""

from __future__ import annotations

import logging
from collections.abc import Collection
from itertools import count

from sqlalchemy import Engine

from extractors.errors import Misconfigured
from flows import resources
from flows.gather import now
from models import tag_store, version_store
from models.version_store import Version

log = logging.getLogger(__name__)


def prune(engine: Engine, *, keep: int | None = None, versions: Collection[int] = ()) -> tuple[str, ...]:
    """Drop the tags of old versions: those named, and all but the newest `keep`; returns which, as labels.

    Never those of the version in use, of the file's, or of one that a retag is at work on: the first two are left alone
    by `keep`; naming any of them raises `Misconfigured`, as does a number that no version has.
    """
    with engine.begin() as db:
        known = {one.id: one for one in version_store.versions(db)}
        wanted = tag_store.enter(db, resources.taxonomy(), now=now()).taxonomy
    unknown = [number for number in versions if number not in known]
    if unknown:
        raise Misconfigured(
            f"There is no taxonomy version {unknown[0]}; there are {', '.join(map(str, sorted(known)))}."
        )
    old = [known[number] for number in versions]
    for one in old:
        _forget(engine, one)
    spared = [wanted, *versions]
    for one in version_store.prunable([*known.values()], keep=keep, spare=spared) if keep is not None else ():
        try:
            _forget(engine, one)
        except Misconfigured as busy:
            log.warning("%s", busy)
        else:
            old.append(one)
    return tuple(one.label for one in old)


def _forget(engine: Engine, version: Version) -> None:
    for step in count():
        with engine.begin() as db:
            more = version_store.forget(db, version.id, step=step)
        if not more:
            break
    log.info("dropped the tags of version %s", version.label)
