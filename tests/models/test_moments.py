"""The moment that views speak of."""

from __future__ import annotations

from sqlalchemy import Connection

from models import moments
from tests import factories as make


def test_views_speak_of_the_moment_asked_about_until_the_present_is_asked_for_again(db: Connection) -> None:
    make.clock(db, make.at(0))
    moments.speak_of(db, make.at(5))
    then = moments.spoken_of(db)
    moments.speak_of(db, None)

    assert (then.at, then.today) == (make.at(5), make.day(5))
    assert (moments.spoken_of(db).at, moments.spoken_of(db).today) == (make.at(0), make.day(0))


def test_it_names_the_taxonomy_that_was_in_use(db: Connection) -> None:
    assert moments.spoken_of(db).taxonomy is None
    made = make.taxonomy(db, "pact", name="korea")

    assert (moments.spoken_of(db).taxonomy, moments.spoken_of(db).taxonomy_id) == ("korea", made)


def test_the_first_sight_of_any_article_does_not_depend_on_the_moment(db: Connection) -> None:
    assert moments.first_seen(db) is None
    make.article(db, first_seen_at=make.at(3))
    make.article(db, first_seen_at=make.at(9), state="failed")
    moments.speak_of(db, make.at(20))

    assert moments.first_seen(db) == make.at(3)
