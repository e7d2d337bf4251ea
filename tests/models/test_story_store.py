"""Stories: articles on one event meet, those on others and those on no topic do not."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from models import origin_store, story_store, tables
from models.queries import checks
from models.story_store import Told
from tests import factories as make

SIGNED = ("russia", "north-korea", "putin", "kim")


def decide_all(db: Connection, limit: int = 256) -> Told:
    while origin_store.group(db, now=make.NOW).articles:
        pass
    total = Told()
    while (one := story_store.group(db, now=make.NOW, limit=limit)).articles:
        total = Told(total.articles + one.articles, total.opened + one.opened, total.joined + one.joined)
    return total


def stories(db: Connection) -> dict[int, int | None]:
    columns = tables.articles.c
    return dict(db.execute(sa.select(columns.id, columns.story_id).order_by(columns.id)).tuples().all())


def flaws(db: Connection) -> list:
    return db.execute(checks()["stories_are_whole"]).all()


def unrelated(db: Connection, count: int = 6) -> None:
    """Ordinary news of the days around, so that rare words are rare."""
    titles = ("Ferry timetable changes", "Snow leopards counted again", "Bakers strike over flour", "Opera opens season",
              "Cup final ends in a draw", "Harbour fees are halved", "Museum finds lost map", "Storm closes two roads")  # fmt: skip
    for number in range(count):
        make.article(db, "daily", title=titles[number % len(titles)], published=make.at(number % 4))


def test_two_reports_of_one_event_share_a_story_and_other_news_have_none(db: Connection) -> None:
    make.taxonomy(db, "pact", "drills")
    unrelated(db)
    one = make.article(
        db,
        "one",
        title="Leaders sign defence treaty in capital",
        published=make.at(2, hour=9),
        topics=["pact"],
        actors=SIGNED,
    )
    two = make.article(
        db,
        "two",
        title="Defence treaty signed by both leaders",
        published=make.at(2, hour=15),
        topics=["pact"],
        actors=SIGNED,
    )

    told = decide_all(db)

    assert told == Told(articles=8, opened=1, joined=1)
    found = stories(db)
    assert found[one] is not None
    assert found[one] == found[two]
    assert sum(story is not None for story in found.values()) == 2
    story = db.execute(sa.select(tables.stories)).one()
    assert (story.title, story.first_article_id, story.members) == ("Leaders sign defence treaty in capital", one, 2)
    assert (story.started_at, story.last_at) == (make.at(2, hour=9), make.at(2, hour=15))
    assert flaws(db) == []


def test_another_event_on_other_topics_opens_another_story(db: Connection) -> None:
    make.taxonomy(db, "pact", "drills")
    unrelated(db)
    one = make.article(db, title="Leaders sign defence treaty", published=make.at(2), topics=["pact"], actors=SIGNED)
    two = make.article(
        db, title="Navies begin exercise off the cape", published=make.at(2), topics=["drills"], actors=("japan", "us")
    )

    decide_all(db)

    assert stories(db)[one] != stories(db)[two]


def test_the_same_words_two_weeks_later_are_another_story(db: Connection) -> None:
    make.taxonomy(db, "pact")
    unrelated(db)
    early = make.article(db, title="Leaders sign defence treaty", published=make.at(20), topics=["pact"], actors=SIGNED)
    late = make.article(db, title="Leaders sign defence treaty", published=make.at(3), topics=["pact"], actors=SIGNED)

    decide_all(db)

    assert stories(db)[early] != stories(db)[late]


def test_reports_in_two_languages_meet_through_actors_and_numbers(db: Connection) -> None:
    make.taxonomy(db, "pact")
    unrelated(db)
    english = make.article(
        db,
        "one",
        title="Leaders sign treaty of 23 articles",
        published=make.at(2, hour=8),
        topics=["pact"],
        actors=SIGNED,
    )
    russian = make.article(
        db,
        "two",
        title="Подписан договор из 23 статей",
        language="ru",
        published=make.at(2, hour=9),
        topics=["pact"],
        actors=SIGNED,
    )

    decide_all(db)

    assert stories(db)[english] == stories(db)[russian]


def test_members_of_one_origin_share_a_story_whatever_their_headlines(db: Connection) -> None:
    make.taxonomy(db, "pact")
    text = " ".join(f"word{number} follows word{number + 1} in this made up sentence" for number in range(20))
    one = make.article(db, "one", title="Leaders sign treaty", text=text, published=make.at(3), topics=["pact"])
    two = make.article(db, "two", title="Quite another headline", text=text, published=make.at(1), topics=["pact"])

    decide_all(db)

    assert stories(db)[one] == stories(db)[two]
    assert flaws(db) == []


def test_when_two_origins_turn_out_to_be_one_their_stories_become_one(db: Connection) -> None:
    make.taxonomy(db, "pact", "drills")
    parts = [f"clause {n} of part{n // 10} says thing{n * 7} and thing{n * 13} for reason{n}" for n in range(20)]
    front = make.article(
        db, "one", title="Alpha beta", text=" ".join(parts[:12]), published=make.at(5), topics=["pact"]
    )
    back = make.article(
        db, "two", title="Gamma delta", text=" ".join(parts[10:]), published=make.at(4), topics=["drills"]
    )
    decide_all(db)
    assert stories(db)[front] != stories(db)[back]
    whole = make.article(db, "three", title="Epsilon", text=" ".join(parts), published=make.at(3), topics=["pact"])

    decide_all(db)

    assert len(set(stories(db).values())) == 1
    assert stories(db)[whole] is not None
    assert db.execute(sa.select(tables.stories.c.members)).scalars().all() == [3]
    assert flaws(db) == []


def test_an_article_that_lost_its_topics_leaves_its_story_and_an_empty_story_is_forgotten(db: Connection) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db, title="Leaders sign treaty", topics=["pact"])
    decide_all(db)
    db.execute(tables.tags.delete())
    db.execute(tables.articles.update().values(grouped_at=None))

    decide_all(db)

    assert stories(db) == {one: None}
    assert db.execute(sa.select(tables.stories.c.id)).all() == []


def test_deciding_again_changes_nothing(db: Connection) -> None:
    make.taxonomy(db, "pact")
    unrelated(db)
    make.article(db, "one", title="Leaders sign defence treaty", published=make.at(2), topics=["pact"], actors=SIGNED)
    make.article(
        db, "two", title="Defence treaty signed by leaders", published=make.at(2), topics=["pact"], actors=SIGNED
    )
    decide_all(db)
    before = stories(db)
    db.execute(tables.articles.update().values(grouped_at=None))

    again = story_store.group(db, now=make.NOW)

    assert again == Told(articles=8)
    assert stories(db) == before


def test_articles_not_yet_compared_wait(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, topics=["pact"])

    assert story_store.group(db, now=make.NOW) == Told()
