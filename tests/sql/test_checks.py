"""The checks: silent on sound data, and each finds what it is there for. (cube_equals_recount: tests of the cube store.)"""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from models import cube_store, tables
from models.queries import checks
from tests import factories as make


def found(db: Connection, name: str) -> list[tuple]:
    return [tuple(row) for row in db.execute(checks()[name])]


def copy_of(db: Connection, article: int, lead: int) -> None:
    facts = {"article_id": article, "of_article_id": lead, "kind": "exact", "jaccard": 1, "containment": 1}
    db.execute(tables.copies.insert().values(**facts, found_at=make.NOW))


def origin(db: Connection, lead: int, members: int) -> None:
    db.execute(tables.origins.insert().values(id=lead, members=members, updated_at=make.NOW))


def story(db: Connection, first: int, members: int) -> int:
    facts = {"title": "", "first_article_id": first, "started_at": make.NOW, "last_at": make.NOW, "features": {}}
    made = tables.stories.insert().values(**facts, members=members).returning(tables.stories.c.id)
    number = db.execute(made).scalar_one()
    db.execute(tables.articles.update().where(tables.articles.c.id == first).values(story_id=number))
    return number


@pytest.mark.parametrize("name", sorted(checks()))
def test_sound_data_passes_every_check(db: Connection, name: str) -> None:
    make.taxonomy(db, "pact")
    run = make.run(db)
    lead = make.article(db, topics=["pact"], discovered_by=run)
    copy = make.article(db, topics=["pact"], discovered_by=run, origin_id=lead)
    make.poll(db, run, make.feed(db), tallies={("new", ""): 2})
    make.attempt(db, lead, run)
    make.attempt(db, copy, run)
    copy_of(db, copy, lead)
    origin(db, lead, 2)
    story(db, lead, 1)
    cube_store.recount(db)

    assert found(db, name) == []


def test_a_run_whose_sums_differ_is_found(db: Connection) -> None:
    run = make.run(db)
    make.poll(db, run, make.feed(db), tallies={("seen", ""): 1}, listed=3)

    assert found(db, "funnels_balance") == [(run, 3, 0, 1)]


def test_a_run_still_going_is_left_alone(db: Connection) -> None:
    run = make.run(db, state="running", finished_at=None)
    make.poll(db, run, make.feed(db), listed=3)

    assert found(db, "funnels_balance") == []


def test_a_group_with_a_wrong_count_is_found(db: Connection) -> None:
    lead = make.article(db)
    copy = make.article(db, origin_id=lead)
    copy_of(db, copy, lead)
    origin(db, lead, 3)

    assert found(db, "origins_are_whole") == [(lead, "counts 3 members, has 2")]


def test_a_copy_without_group_and_without_a_word_on_what_it_copies_is_found_twice(db: Connection) -> None:
    lead = make.article(db)
    copy = make.article(db, origin_id=lead)

    assert sorted(found(db, "origins_are_whole")) == [
        (copy, "a copy without a word on what it copies"),
        (copy, "in a group that is not kept"),
    ]


def test_a_copy_of_something_outside_its_group_is_found(db: Connection) -> None:
    lead, stranger = make.article(db), make.article(db)
    copy = make.article(db, origin_id=lead)
    copy_of(db, copy, stranger)
    origin(db, lead, 2)

    assert found(db, "origins_are_whole") == [(copy, "a copy of an article outside its group")]


def test_a_story_with_a_wrong_count_is_found(db: Connection) -> None:
    number = story(db, make.article(db), 2)

    assert found(db, "stories_are_whole") == [(number, None, "counts 2 members, has 1")]


def test_copies_of_one_text_in_two_stories_are_found(db: Connection) -> None:
    lead = make.article(db, grouped_at=make.NOW)
    copy = make.article(db, origin_id=lead, grouped_at=make.NOW)
    story(db, lead, 1)
    other = story(db, copy, 1)

    assert found(db, "stories_are_whole") == [(other, copy, "in another story than the text it copies")]


@pytest.mark.parametrize(
    ("evidence", "score"),
    [
        ([["headline", "c", "title", 2, 10, 1.0]], 0.9),
        ([["headline", "c", "title", 2, 400, 1.0]], 0.6321),
        ([["headline", "c", "text", 2, 10, 1.0]], 0.6321),
        ([["headline", "c", "title", 4, 4, 1.0]], 0.6321),
        ([], 0.5),
    ],
    ids=["score", "beyond the end", "no text", "no words", "no evidence"],
)
def test_a_tag_that_does_not_follow_from_its_evidence_is_found(db: Connection, evidence: list, score: float) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db)
    make.tag(db, one, "pact", evidence=evidence, score=score)

    assert [row[:2] for row in found(db, "tags_show_their_evidence")] == [(one, "pact")]
