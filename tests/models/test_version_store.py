"""Versions of the taxonomy side by side: what one has still to look at, the switch, comparing and forgetting."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from extractors.errors import Misconfigured
from extractors.records import Tag, Tagging
from models import cube_store, story_store, tables, tag_store, version_store
from models.queries import checks
from models.tag_store import Superseded, TaxonomyIds
from models.version_store import SPAN, TopicChange, Untagged, Version
from tests import factories as make


def look(db: Connection, taxonomy_id: int, *articles: int) -> None:
    """Have a version look at articles and give them no topic."""
    for article in articles:
        make.tag(db, article, taxonomy_id=taxonomy_id)


def untagged(db: Connection, taxonomy_id: int, block: int, limit: int = 10) -> list[int]:
    return [one.article_id for one in version_store.untagged(db, taxonomy_id, block, limit=limit, longest=99)]


def broken(db: Connection) -> dict[str, list]:
    return {name: found for name, check in checks().items() if (found := db.execute(check).all())}


def cells(db: Connection, taxonomy_id: int) -> list[tuple]:
    cube = tables.cube
    by_version = (cube.c.taxonomy_id == taxonomy_id) & (cube.c.about == "topic")
    rows = db.execute(sa.select(cube.c.day, cube.c.articles).where(by_version).order_by("day"))
    return [tuple(row) for row in rows]


def test_what_a_version_has_not_looked_at_is_found_by_blocks_of_ids(db: Connection) -> None:
    make.taxonomy(db, "pact")
    new = make.taxonomy(db, "pact", current=False)
    seen, first, second = make.article(db), make.article(db), make.article(db)
    make.article(db, state="rejected")
    look(db, new, seen)

    found = version_store.blocks(db, new)

    assert version_store.stored(db) == 3
    assert sum(block.articles for block in found) == 2
    assert {block.number for block in found} == {first // SPAN, second // SPAN}
    assert [one for block in found for one in untagged(db, new, block.number)] == [first, second]


def test_no_more_is_read_than_was_asked_for(db: Connection) -> None:
    new = make.taxonomy(db, "pact")
    one = make.article(db, title="A treaty", text="Word by word.")
    make.article(db)
    block = one // SPAN

    read = version_store.untagged(db, new, block, limit=1, longest=4)

    assert read == [Untagged(one, make.day(0), "A treaty", "Word")]


def test_a_block_that_another_works_on_is_left_to_it_but_another_version_of_it_is_not(
    db: Connection, engine: Engine
) -> None:
    with engine.connect() as other:
        assert version_store.claim(other, 1, 7, wait=False)

        assert not version_store.claim(db, 1, 7, wait=False)
        assert version_store.claim(db, 1, 8, wait=False)
        assert version_store.claim(db, 2, 7, wait=False)
        other.rollback()
        assert version_store.claim(db, 1, 7, wait=False)


def test_a_switch_counts_all_days_by_the_new_version_and_what_came_in_meanwhile(db: Connection) -> None:
    old = make.taxonomy(db, "pact")
    new = make.taxonomy(db, "axis", current=False)
    early = make.article(db, topics=["pact"], published=make.at(3))
    make.tag(db, early, "axis", taxonomy_id=new)
    cube_store.recount(db)

    begun = version_store.begin_switch(db, new)
    late = make.article(db, topics=["pact"])
    make.tag(db, late, "axis", taxonomy_id=new)
    cube_store.mark_dirty(db, [make.day(0)])
    version_store.end_switch(db, new)

    assert begun
    assert cells(db, new) == [(make.day(3), 1), (make.day(0), 1)]
    assert cells(db, old) == [(make.day(3), 1)]
    assert broken(db) == {}


def test_there_is_nothing_to_switch_to_the_version_in_use(db: Connection) -> None:
    assert not version_store.begin_switch(db, make.taxonomy(db, "pact"))


def test_stories_are_open_again_only_where_the_first_topic_was_gained_or_the_last_lost(db: Connection) -> None:
    make.taxonomy(db, "pact", "axis")
    new = make.taxonomy(db, "pact", "axis", current=False)
    gains, loses, changes, never = (
        make.article(db, title=title, topics=topics, compared_at=make.NOW)
        for title, topics in (
            ("Rain in the hills", []), ("Leaders sign treaty", ["pact"]), ("Summit of three", ["pact"]), ("Sports", []),
        )
    )  # fmt: skip
    look(db, tag_store.current(db).taxonomy, gains, never)
    while story_store.group(db, now=make.NOW).articles:
        pass
    make.tag(db, gains, "pact", taxonomy_id=new)
    make.tag(db, changes, "axis", taxonomy_id=new)
    look(db, new, loses, never)
    version_store.begin_switch(db, new)

    reopened = version_store.end_switch(db, new)

    waiting = sa.select(tables.articles.c.id).where(tables.articles.c.grouped_at.is_(None))
    assert reopened == 2
    assert sorted(db.execute(waiting).scalars()) == sorted([gains, loses])


def test_what_was_tagged_by_a_version_that_is_no_longer_in_use_is_not_saved(db: Connection) -> None:
    old, new = make.taxonomy(db, "pact"), make.taxonomy(db, "pact", current=False)
    ids = TaxonomyIds(old, {}, {})
    tag_store.require_current(db, ids)
    tag_store.make_current(db, new)

    with pytest.raises(Superseded, match=f"Taxonomy version {new} took the place of version {old} meanwhile"):
        tag_store.require_current(db, ids)


def test_keeping_tags_of_one_version_leaves_those_of_the_other(db: Connection) -> None:
    old = make.taxonomy(db, "pact")
    new = make.taxonomy(db, "axis", current=False)
    one = make.article(db, topics=["pact"])

    tagging = Tagging(tags=(Tag(topic="axis", score=0.5, evidence=()),))
    tag_store.keep(db, [(one, tagging)], TaxonomyIds(new, {"axis": make.topic(db, "axis")}, {}), now=make.NOW)

    rows = db.execute(sa.select(tables.tags.c.taxonomy_id, tables.topics.c.slug).join(tables.topics))
    assert sorted(tuple(row) for row in rows) == [(old, "pact"), (new, "axis")]


def test_versions_are_compared_over_what_both_have_looked_at(db: Connection) -> None:
    old = make.taxonomy(db, "pact", "gone")
    new = make.taxonomy(db, "axis", "pact", current=False)
    both, lost, only_old = (make.article(db, topics=["pact"]) for _ in range(3))
    make.tag(db, lost, "gone")
    make.tag(db, both, "pact", "axis", taxonomy_id=new)
    look(db, new, lost)

    assert version_store.compare(db, old, new) == [
        TopicChange("axis", before=0, after=1, gained=1, lost=0),
        TopicChange("pact", before=2, after=1, gained=0, lost=1),
        TopicChange("gone", before=1, after=0, gained=0, lost=1),
    ]
    assert only_old not in {both, lost}


def test_versions_say_how_many_articles_they_have_looked_at_the_newest_first(db: Connection) -> None:
    old = make.taxonomy(db, "pact", name="mine")
    new = make.taxonomy(db, "pact", name="mine", current=False)
    look(db, old, make.article(db), make.article(db))

    newest, oldest = version_store.versions(db)

    assert (newest.id, newest.is_current, newest.articles) == (new, False, 0)
    assert (oldest.id, oldest.is_current, oldest.articles) == (old, True, 2)
    assert oldest.label == f"{old} ({oldest.digest.hex()[:8]})"


def test_only_old_versions_with_tags_beyond_those_to_keep_can_go(db: Connection) -> None:
    def version(number: int, articles: int = 1, *, is_current: bool = False) -> Version:
        return Version(number, "mine", b"", 1, make.NOW, is_current, articles)

    known = [version(5), version(4, is_current=True), version(3), version(2, articles=0), version(1)]

    assert [one.id for one in version_store.prunable(known, keep=0)] == [5, 3, 1]
    assert [one.id for one in version_store.prunable(known, keep=0, spare=[5])] == [3, 1]
    assert [one.id for one in version_store.prunable(known, keep=1, spare=[5])] == [1]
    assert version_store.prunable(known, keep=9) == []


def test_an_old_version_is_forgotten_but_for_its_content_and_no_other_is_touched(db: Connection) -> None:
    old = make.taxonomy(db, "pact")
    one = make.article(db, topics=["pact"])
    cube_store.recount(db)
    new = make.taxonomy(db, "pact", current=False)
    make.tag(db, one, "pact", taxonomy_id=new)
    version_store.begin_switch(db, new)
    version_store.end_switch(db, new)

    steps = 0
    while version_store.forget(db, old, step=steps):
        steps += 1

    for table in (tables.tags, tables.taggings, tables.cube, tables.counts):
        assert set(db.execute(sa.select(table.c.taxonomy_id)).scalars()) - {cube_store.COVERAGE} == {new}
    assert [one.id for one in version_store.versions(db)] == [new, old]
    assert broken(db) == {}


def test_the_version_in_use_is_never_forgotten(db: Connection) -> None:
    used = make.taxonomy(db, "pact")

    with pytest.raises(Misconfigured, match="is in use; only old versions can be pruned"):
        version_store.forget(db, used, step=0)


def test_a_version_that_is_worked_on_is_not_forgotten(db: Connection, engine: Engine) -> None:
    make.taxonomy(db, "pact")
    new = make.taxonomy(db, "pact", current=False)
    with engine.connect() as worker:
        version_store.use(worker, new)
        worker.commit()

        with pytest.raises(Misconfigured, match="is being worked on; prune it when that is done"):
            version_store.forget(db, new, step=0)
        worker.invalidate()


def test_a_stored_article_that_nobody_tagged_is_found(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, topics=["pact"])
    make.article(db, state="rejected")
    forgotten = make.article(db)
    cube_store.recount(db)

    assert broken(db) == {"stored_articles_are_tagged": [(forgotten,)]}
