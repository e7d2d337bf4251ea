"""Groups of copies after a text was changed: those that are still copies stay together, the others part."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.fingerprint import bands, fingerprint
from models import origin_check, origin_store, tables
from models.queries import checks
from tests import factories as make
from tests.models.test_origin_store import OTHER, SENTENCES, TEXT, copies, edited, group_all, kept, origins


def rewrite(db: Connection, article: int, text: str) -> None:
    """Another text, as a new reading leaves it."""
    print_ = fingerprint(text)
    db.execute(tables.texts.update().where(tables.texts.c.article_id == article).values(text=text))
    values = {
        "content_hash": print_.content_hash, "words": print_.words, "compared_at": None, "grouped_at": None,
    }  # fmt: skip
    db.execute(tables.articles.update().where(tables.articles.c.id == article).values(values))
    db.execute(tables.bands.delete().where(tables.bands.c.article_id == article))
    rows = [{"hash": one, "article_id": article, "day": make.day(0)} for one in bands(print_.minhash)]
    db.execute(tables.bands.insert(), rows)


def check(db: Connection, *changed: int, gone: tuple[int, ...] = ()) -> None:
    origin_check.hold(db)
    origin_check.recheck(db, changed, gone=gone, now=make.NOW)


def flaws(db: Connection) -> list:
    return db.execute(checks()["origins_are_whole"]).all()


def three(db: Connection, *texts: str) -> list[int]:
    """Articles of three sources, an hour apart."""
    names = ("alpha", "beta", "gamma", "delta")
    made = [
        make.article(db, name, text=text, published=make.at((10 - place) / 24))
        for place, (name, text) in enumerate(zip(names, texts, strict=False))
    ]
    group_all(db)
    return made


def test_a_small_edit_leaves_the_group_as_it_is_and_says_what_kind_of_copy_it_is_now(db: Connection) -> None:
    one, two = three(db, TEXT, TEXT)
    rewrite(db, two, edited(1, 4, 7))

    check(db, two)

    assert origins(db) == {one: one, two: one}
    assert copies(db) == [(two, one, "edited")]
    assert flaws(db) == []


def test_a_copy_with_a_text_of_its_own_leaves(db: Connection) -> None:
    one, two, three_ = three(db, TEXT, TEXT, edited(2))
    rewrite(db, two, OTHER)

    check(db, two)

    assert origins(db) == {one: one, two: two, three_: one}
    assert [row[:2] for row in kept(db)] == [(one, 2)]
    assert flaws(db) == []


def test_when_only_two_were_alike_neither_has_a_group(db: Connection) -> None:
    one, two = three(db, TEXT, TEXT)
    rewrite(db, one, OTHER)

    check(db, one)

    assert origins(db) == {one: one, two: two}
    assert (copies(db), kept(db), flaws(db)) == ([], [], [])


def test_copies_of_a_lead_that_was_rewritten_find_each_other_again(db: Connection) -> None:
    one, two, three_ = three(db, TEXT, TEXT, TEXT)
    late = make.article(db, "delta", text=edited(2, 3), published=make.at(0))
    rewrite(db, one, OTHER)

    check(db, one)
    group_all(db)

    assert origins(db) == {one: one, two: two, three_: two, late: two}
    assert [row[:2] for row in kept(db)] == [(two, 3)]
    assert flaws(db) == []


def test_an_article_that_is_none_any_more_leaves_its_group(db: Connection) -> None:
    one, two, three_ = three(db, TEXT, TEXT, TEXT)
    db.execute(tables.articles.update().where(tables.articles.c.id == one).values(state="rejected"))

    check(db, gone=(one,))
    group_all(db)

    assert origins(db) | {one: 0} == {one: 0, two: two, three_: two}
    assert [row[:2] for row in kept(db)] == [(two, 2)]
    assert flaws(db) == []


def test_links_of_texts_that_stayed_keep_when_they_were_found(db: Connection) -> None:
    _, two, three_ = three(db, TEXT, TEXT, TEXT)
    found = sa.select(tables.copies.c.article_id, tables.copies.c.found_at).order_by(tables.copies.c.article_id)
    db.execute(tables.copies.update().values(found_at=make.at(1)))
    rewrite(db, two, "\n".join(SENTENCES[:6]))

    origin_check.hold(db)
    origin_check.recheck(db, [two], now=make.NOW)

    assert db.execute(found).all() == [(two, make.at(1)), (three_, make.at(1))]


def test_an_article_in_no_group_is_left_alone(db: Connection) -> None:
    one = make.article(db, text=TEXT)
    origin_store.group(db, now=make.NOW)
    rewrite(db, one, OTHER)

    check(db, one)

    assert origins(db) == {one: one}
