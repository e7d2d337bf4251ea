from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import Connection, select, text

from extractors.records import Evidence, Tag, Tagging
from models import tag_store
from models.queries import query
from models.tables import taggings, taxonomies, taxonomy_topics
from tests import factories as make

from .conftest import NOW


def taxonomy(letter: bytes, *slugs: str, revision: int = 1) -> SimpleNamespace:
    return SimpleNamespace(
        name="test", digest=letter * 16, content=f"content {letter!r}", actors=(), revision=revision,
        topics=tuple(SimpleNamespace(slug=s, title=s.title(), description="", medtop="medtop:1") for s in slugs),
    )  # fmt: skip


def test_the_first_version_is_the_current_one(db: Connection) -> None:
    entered = tag_store.enter(db, taxonomy(b"a", "pact", "axis"), now=NOW)

    current = tag_store.current(db)
    assert current is not None
    assert (current.taxonomy, current.topics) == (entered.taxonomy, entered.topics)
    assert tag_store.content(db, entered.taxonomy) == "content b'a'"


def test_a_version_is_entered_once(db: Connection) -> None:
    first = tag_store.enter(db, taxonomy(b"a", "pact"), now=NOW)

    assert tag_store.enter(db, taxonomy(b"a", "pact"), now=NOW) == first
    assert len(db.execute(select(taxonomies)).all()) == 1


def test_the_same_file_read_by_another_tagger_is_another_version(db: Connection) -> None:
    first = tag_store.enter(db, taxonomy(b"a", "pact"), now=NOW)

    second = tag_store.enter(db, taxonomy(b"a", "pact", revision=2), now=NOW)

    assert second.taxonomy != first.taxonomy
    assert [tag_store.revision(db, one.taxonomy) for one in (first, second)] == [1, 2]
    current = tag_store.current(db)
    assert current is not None
    assert current.taxonomy == first.taxonomy


def test_a_changed_file_is_a_version_beside_the_current_one(db: Connection) -> None:
    first = tag_store.enter(db, taxonomy(b"a", "pact"), now=NOW)

    second = tag_store.enter(db, taxonomy(b"b", "pact", "axis"), now=NOW)

    assert second.taxonomy != first.taxonomy
    assert second.topics["pact"] == first.topics["pact"]
    current = tag_store.current(db)
    assert current is not None
    assert current.taxonomy == first.taxonomy
    kept = select(taxonomy_topics.c.title).where(taxonomy_topics.c.taxonomy_id == second.taxonomy)
    assert db.execute(kept.order_by(taxonomy_topics.c.position)).scalars().all() == ["Pact", "Axis"]


def test_switching_over_leaves_one_current_version(db: Connection) -> None:
    tag_store.enter(db, taxonomy(b"a", "pact"), now=NOW)
    second = tag_store.enter(db, taxonomy(b"b", "pact"), now=NOW)

    tag_store.make_current(db, second.taxonomy)

    assert db.execute(select(taxonomies.c.id).where(taxonomies.c.is_current)).scalars().all() == [second.taxonomy]


def test_nothing_is_current_before_anything_was_tagged(db: Connection) -> None:
    assert tag_store.current(db) is None


def test_evidence_survives_its_packing() -> None:
    evidence = (Evidence("조약", "treaty", "title", 3, 5, 2.0), Evidence("pact", "treaty", "text", 0, 4, 0.3333))

    packed = tag_store.pack(Tag(topic="pact", score=0.5, evidence=evidence))

    assert packed == '[["조약","treaty","title",3,5,2.0],["pact","treaty","text",0,4,0.3333]]'
    assert (
        tag_store.unpack([["조약", "treaty", "title", 3, 5, 2.0], ["pact", "treaty", "text", 0, 4, 0.3333]]) == evidence
    )


def test_the_topics_of_a_tagging_are_listed_by_name_the_strongest_first(db: Connection) -> None:
    ids = tag_store.enter(db, taxonomy(b"a", "pact", "axis", "drill"), now=NOW)
    article = make.article(db)

    for scores in ({"pact": 0.2, "axis": 0.7, "drill": 0.7}, {"pact": 0.9, "drill": 0.1}):
        tags = tuple(Tag(topic=topic, score=score, evidence=()) for topic, score in scores.items())
        tag_store.keep(db, [(article, Tagging(related=0.5, tags=tags, actors=()))], ids, now=NOW)
        listed = db.execute(select(taggings.c.topics).where(taggings.c.article_id == article)).scalar_one()
        assert listed == sorted(scores, key=lambda topic: -scores[topic])


def said_then(db: Connection, minutes: int) -> list[tuple[int, list[str]]]:
    """What was said of each article so many minutes after NOW."""
    with make.as_of(db, make.NOW + timedelta(minutes=minutes)):
        counted = db.execute(text("SELECT count(*) FROM trends.tagging_facts")).scalar_one()
        return [(counted, row.topics) for row in db.execute(text("SELECT topics FROM trends.articles"))]


def test_what_is_said_anew_by_a_clock_that_is_behind_takes_the_place_of_what_was_said(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact", "axis")
    make.article(db, topics=["pact"])
    make.clock(db, make.NOW + timedelta(minutes=10))

    db.execute(taggings.update().values(topic_ids=[make.topic(db, "axis")], tagged_at=make.NOW + timedelta(minutes=8)))

    assert said_then(db, 7) == [(1, ["pact"])]
    assert said_then(db, 9) == [(1, ["axis"])]


def test_what_an_earlier_version_said_of_a_text_that_changed_since_is_known_of_its_time(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact")
    article = make.article(db, topics=["pact"])
    make.clock(db, make.NOW + timedelta(minutes=10))
    version = make.taxonomy(db, "axis", made_at=make.NOW + timedelta(minutes=10))
    make.tag(db, article, "axis", tagged_at=make.NOW + timedelta(minutes=10))
    make.clock(db, make.NOW + timedelta(minutes=20))

    db.execute(query("tags_forget_others"), {"ids": [article], "taxonomy": version})

    assert said_then(db, 5) == [(1, ["pact"])]
    assert said_then(db, 15) == [(1, ["axis"])]
