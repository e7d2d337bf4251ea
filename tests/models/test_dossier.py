"""The dossier of an address: stored, rejected, waiting or unknown."""

from __future__ import annotations

from sqlalchemy import Connection

from extractors import urls
from models import cube_store, dossier, origin_store, story_store
from models.dossier import Attempt, Match, Tagged
from tests import factories as make

TEXT = " ".join(f"sentence {n} of the made up report tells of thing{n} and of thing{n * 7}." for n in range(20))


def key(url: str) -> bytes:
    canonical = urls.canonical(url)
    assert canonical is not None
    return urls.key(canonical)


def test_an_address_that_no_feed_listed_is_unknown(db: Connection) -> None:
    assert dossier.find(db, key("https://alpha.example/none")) is None


def test_an_article_is_found_by_any_of_its_addresses(db: Connection) -> None:
    one = make.article(db, title="Signed", url="https://alpha.example/a")
    make.address(db, one, "https://alpha.example/b")

    found = dossier.find(db, key("https://alpha.example/b?utm_source=x#top"))

    assert found is not None
    assert (found.article_id, found.title, found.source, found.state) == (one, "Signed", "alpha", "stored")
    assert found.addresses == ("https://alpha.example/a", "https://alpha.example/b")


def test_topics_come_with_their_evidence_and_the_score_rebuilt(db: Connection) -> None:
    make.taxonomy(db, "pact", "ties")
    one = make.article(db, url="https://alpha.example/a", title="A treaty", text=TEXT)
    make.tag(db, one, "ties", actors=["kim"])
    make.tag(db, one, "pact", evidence=[["treaty", "treaty", "title", 2, 8, 2.0]], score=0.8647)

    found = dossier.find(db, key("https://alpha.example/a"))

    assert found is not None
    assert [tagged.topic for tagged in found.topics] == ["pact", "ties"]
    score = found.topics[0].score
    assert found.topics[0] == Tagged("pact", score, score, (Match("treaty", "treaty", "title", 2, 8, 2.0),))
    assert (found.actors, found.taxonomy, found.text) == (("kim",), "test", TEXT)


def test_copies_and_story_are_told(db: Connection) -> None:
    make.taxonomy(db, "pact")
    lead = make.article(db, "one", title="First", text=TEXT, published=make.at(2), topics=["pact"])
    make.article(db, "two", url="https://two.example/a", text=TEXT, published=make.at(1), topics=["pact"])
    origin_store.group(db, now=make.NOW)
    story_store.group(db, now=make.NOW)
    cube_store.roll_up(db)

    found = dossier.find(db, key("https://two.example/a"))

    assert found is not None
    assert found.origin is not None
    assert (found.origin.members, [(c.article_id, c.kind, c.copy_of) for c in found.origin.copies]) == (
        2,
        [(lead, None, None), (found.article_id, "exact", lead)],
    )
    assert found.story is not None
    assert (found.story.title, found.story.articles, found.story.first_source) == ("First", 2, "one")


def test_a_rejected_page_says_why_and_shows_the_attempts(db: Connection) -> None:
    first, second = make.run(db), make.run(db)
    one = make.article(db, url="https://alpha.example/a", state="rejected", reason="too short")
    make.attempt(db, one, first, "failed", reason="timeout", claimed_at=make.at(1), elapsed_ms=30_000)
    make.attempt(db, one, second, "rejected", reason="too short", status=200)

    found = dossier.find(db, key("https://alpha.example/a"))

    assert found is not None
    assert (found.state, found.reason, found.topics, found.origin, found.story) == (
        "rejected",
        "too short",
        (),
        None,
        None,
    )
    assert found.attempts == (
        Attempt(first, make.at(1), "failed", "timeout", None, 30_000),
        Attempt(second, make.NOW, "rejected", "too short", 200, 0),
    )
