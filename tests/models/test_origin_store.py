"""Origins: copies meet in one group, reports of one event by different hands do not."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.fingerprint import fine_bands, fingerprint
from models import origin_store, tables
from models.origin_store import Grouped
from models.queries import checks
from tests import factories as make

SENTENCES = (
    "The harbour council met on Tuesday evening to settle the dispute over the northern pier.",
    "Fishermen had blocked the entrance for nine days with forty small boats and old nets.",
    "A spokesman for the port authority said that three freighters were waiting outside.",
    "The mayor offered to halve the mooring fees until the end of the herring season.",
    "Union leaders called the offer late but honest and promised to put it to a vote.",
    "Losses so far are put at eleven million crowns, most of it perished fruit.",
    "Two coast guard cutters watched the blockade without taking part in it.",
    "The vote is expected before Friday, when the ferry timetable changes for winter.",
    "Shops along the quay reported that half of their shelves were empty by the weekend.",
    "An older agreement of this kind lasted seven years before it was broken.",
)
TEXT = "\n".join(SENTENCES)
OTHER = "\n".join(
    (
        "Scientists on the plateau counted more snow leopards this spring than in any year since records began.",
        "The survey used two hundred cameras and covered eleven valleys on both sides of the watershed.",
        "Herders who lose sheep to the cats now receive a payment within a month of the loss.",
        "Critics say the count may include the same animals twice, since tails look alike in poor light.",
        "A second survey with genetic samples from the snow is planned for the coming winter.",
        "The ministry wants to open one of the valleys to small groups of visitors next year.",
    )
)


def edited(*cut: int) -> str:
    """TEXT without some sentences."""
    return "\n".join(sentence for place, sentence in enumerate(SENTENCES) if place not in cut)


def group_all(db: Connection, limit: int = 128) -> Grouped:
    """Group until nothing is left; the sums."""
    total = Grouped()
    while (one := origin_store.group(db, now=make.NOW, limit=limit)).articles:
        total = Grouped(total.articles + one.articles, total.copies + one.copies, total.merged + one.merged)
    return total


def origins(db: Connection) -> dict[int, int]:
    columns = tables.articles.c
    return dict(db.execute(sa.select(columns.id, columns.origin_id).order_by(columns.id)).tuples().all())


def copies(db: Connection) -> list[tuple]:
    columns = tables.copies.c
    rows = db.execute(sa.select(columns.article_id, columns.of_article_id, columns.kind).order_by(columns.article_id))
    return [tuple(row) for row in rows]


def kept(db: Connection) -> list[tuple]:
    columns = tables.origins.c
    rows = db.execute(sa.select(columns.id, columns.members, columns.first_published_at).order_by(columns.id))
    return [tuple(row) for row in rows]


def flaws(db: Connection) -> list:
    return db.execute(checks()["origins_are_whole"]).all()


def test_an_article_without_copies_is_its_own_origin(db: Connection) -> None:
    one = make.article(db, text=TEXT)
    two = make.article(db, "beta", text=OTHER)

    assert group_all(db) == Grouped(articles=2)
    assert origins(db) == {one: one, two: two}
    assert kept(db) == []


def test_nothing_to_compare_is_said_so(db: Connection) -> None:
    make.article(db, state="rejected", text=TEXT)

    assert origin_store.group(db, now=make.NOW) == Grouped()


def test_the_same_text_on_three_sites_is_one_origin_led_by_the_earliest(db: Connection) -> None:
    late = make.article(db, "one", text=TEXT, published=make.at(1))
    first = make.article(db, "two", text=TEXT, published=make.at(3))
    middle = make.article(db, "three", text=TEXT, published=make.at(2))

    assert group_all(db) == Grouped(articles=3, copies=2)
    assert origins(db) == {late: first, first: first, middle: first}
    assert {(article, kind) for article, _, kind in copies(db)} == {(late, "exact"), (middle, "exact")}
    assert kept(db) == [(first, 3, make.at(3))]
    assert flaws(db) == []


def test_a_shortened_copy_is_an_edited_one(db: Connection) -> None:
    whole = make.article(db, "one", text=TEXT, published=make.at(2))
    short = make.article(db, "two", text=edited(3, 6, 8), published=make.at(1))

    group_all(db)

    assert copies(db) == [(short, whole, "edited")]
    row = db.execute(sa.select(tables.copies.c.jaccard, tables.copies.c.containment)).one()
    assert 0.3 <= row.jaccard < 0.8 < row.containment


def test_texts_a_publisher_writes_by_one_pattern_are_no_copies_and_elsewhere_they_would_be(db: Connection) -> None:
    make.source(db, "sister", family="alpha")
    first = make.article(db, "alpha", text=TEXT, published=make.at(3))
    pattern = make.article(db, "sister", text=edited(1, 4, 6, 8), published=make.at(2))
    group_all(db)
    assert origins(db) == {first: first, pattern: pattern}

    elsewhere = make.article(db, "other", text=edited(1, 4, 6, 9), published=make.at(1))
    group_all(db)

    assert origins(db)[elsewhere] == first


def test_a_reworded_copy_on_topic_is_a_spun_one(db: Connection) -> None:
    make.taxonomy(db, "pact")
    spin = {"dispute": "quarrel", "blocked": "barred", "small": "little", "said": "stated", "waiting": "lingering",
            "offered": "proposed", "end": "close", "late": "tardy", "vote": "ballot", "Losses": "Damages", "watched": "eyed",
            "expected": "awaited", "empty": "bare", "older": "former", "broken": "breached"}  # fmt: skip
    spun = " ".join(spin.get(word, word) for word in TEXT.replace("\n", " ").split())
    whole = make.article(db, "one", text=TEXT, published=make.at(2), topics=["pact"])
    copy = make.article(db, "two", text=spun, published=make.at(1), topics=["pact"])

    group_all(db)

    assert [(article, of) for article, of, _ in copies(db)] == [(copy, whole)]
    assert copies(db)[0][2] in {"edited", "spun"}


def test_a_late_find_that_is_earlier_takes_the_lead(db: Connection) -> None:
    copy = make.article(db, "one", text=TEXT, published=make.at(1))
    second = make.article(db, "two", text=edited(2), published=make.at(1, hour=20))
    group_all(db)
    source_of_all = make.article(db, "three", text=TEXT, published=make.at(2))
    db.execute(tables.dirty_days.delete())

    assert group_all(db) == Grouped(articles=1, copies=1)

    assert origins(db) == dict.fromkeys((copy, second, source_of_all), source_of_all)
    assert kept(db) == [(source_of_all, 3, make.at(2))]
    assert flaws(db) == []
    assert set(db.execute(sa.select(tables.dirty_days.c.day)).scalars()) == {make.day(1)}


def test_a_late_article_that_links_two_groups_makes_them_one(db: Connection) -> None:
    front = make.article(db, "one", text="\n".join(SENTENCES[:6]), published=make.at(5))
    back = make.article(db, "two", text="\n".join(SENTENCES[5:]), published=make.at(4))
    group_all(db)
    assert origins(db) == {front: front, back: back}
    whole = make.article(db, "three", text=TEXT, published=make.at(3))

    merged = group_all(db)

    assert merged == Grouped(articles=1, copies=1, merged=1)
    assert origins(db) == dict.fromkeys((front, back, whole), front)
    assert sorted(copies(db)) == [(back, whole, "edited"), (whole, front, "edited")]
    assert flaws(db) == []


def test_a_digest_of_two_texts_does_not_make_one_origin_of_them(db: Connection) -> None:
    harbour = make.article(db, "one", text=TEXT, published=make.at(5))
    leopards = make.article(db, "two", text=OTHER, published=make.at(4))
    digest = make.article(db, "three", text=f"{TEXT}\n{OTHER}", published=make.at(3))

    group_all(db)

    assert origins(db) == {harbour: harbour, leopards: leopards, digest: harbour}
    assert flaws(db) == []


def test_the_same_text_a_month_later_is_another_origin(db: Connection) -> None:
    old = make.article(db, "one", text=TEXT, published=make.at(40))
    new = make.article(db, "two", text=TEXT, published=make.at(10))

    group_all(db)

    assert origins(db) == {old: old, new: new}


def test_a_bare_caption_is_a_copy_of_nothing(db: Connection) -> None:
    one = make.article(db, "one", text="File photo of the northern pier.")
    two = make.article(db, "two", text="File photo of the northern pier.")

    group_all(db)

    assert origins(db) == {one: one, two: two}


def test_batches_of_any_size_give_the_same_groups(db: Connection) -> None:
    texts = (TEXT, OTHER, edited(1, 4), TEXT, edited(7), OTHER, TEXT)
    ids = [make.article(db, f"site-{n}", text=text, published=make.at(9 - n)) for n, text in enumerate(texts)]
    undo = db.begin_nested()
    group_all(db)
    at_once = origins(db)
    undo.rollback()

    group_all(db, limit=2)

    assert origins(db) == at_once
    assert at_once == {number: ids[1] if n in (1, 5) else ids[0] for n, number in enumerate(ids)}
    assert flaws(db) == []


def test_the_days_of_articles_that_change_their_origin_are_counted_again(db: Connection) -> None:
    make.article(db, "one", text=TEXT, published=make.at(3))
    make.article(db, "two", text=TEXT, published=make.at(1))
    db.execute(tables.dirty_days.delete())

    group_all(db)

    assert set(db.execute(sa.select(tables.dirty_days.c.day)).scalars()) == {make.day(1)}


def test_an_exact_copy_is_found_through_its_twin_and_needs_no_bands(db: Connection) -> None:
    first = make.article(db, "one", text=TEXT, published=make.at(3))
    make.article(db, "two", text=TEXT, published=make.at(2))
    group_all(db)
    short = make.article(db, "three", text=edited(0, 5), published=make.at(1))

    group_all(db)

    assert origins(db)[short] == first
    assert set(db.execute(sa.select(tables.bands.c.article_id)).scalars()) == {first, short}


def test_a_band_that_very_many_share_is_passed_over(db: Connection) -> None:
    one = make.article(db, "one", text=TEXT, published=make.at(3))
    shared = db.execute(sa.select(tables.bands.c.hash).where(tables.bands.c.article_id == one)).scalars().all()
    crowd = [make.article(db, "crowd") for _ in range(3)]
    rows = [{"hash": band, "article_id": other, "day": make.day(3)} for band in shared for other in crowd]
    db.execute(tables.bands.insert(), rows * (origin_store.BOILERPLATE // 3 + 1))
    two = make.article(db, "two", text=edited(0), published=make.at(2))

    group_all(db)

    assert origins(db)[two] == two


def test_the_agency_that_the_first_text_credits_is_kept(db: Connection) -> None:
    credited = f"PORT TOWN (Reuters) - {TEXT}"
    lead = make.article(db, "one", text=credited, published=make.at(3))
    make.article(db, "two", text=TEXT, published=make.at(2))

    group_all(db)

    assert db.execute(sa.select(tables.origins.c.id, tables.origins.c.agency)).all() == [(lead, "reuters")]


def test_old_bands_are_forgotten(db: Connection) -> None:
    make.article(db, "one", text=TEXT, published=make.at(60))
    new = make.article(db, "two", text=OTHER, published=make.at(1))

    assert origin_store.forget_bands(db, make.day(30)) == 32
    assert set(db.execute(sa.select(tables.bands.c.article_id)).scalars()) == {new}


def test_an_article_gets_fine_bands_only_if_it_has_coarse_ones_and_no_others_and_is_then_compared_again(
    db: Connection,
) -> None:
    make.taxonomy(db, "pact")
    off = make.article(db, "one", text=TEXT, published=make.at(2))
    on = make.article(db, "two", text=OTHER, topics=["pact"])
    twin = make.article(db, "three", text=TEXT, published=make.at(1))
    group_all(db)
    db.execute(tables.articles.update().values(grouped_at=make.NOW))
    assert origin_store.coarse(db, [off, on, twin]) == [off]

    origin_store.refine(db, {off: fine_bands(fingerprint(TEXT).minhash)})

    columns = tables.articles.c
    waiting = db.execute(sa.select(columns.id).where(columns.compared_at.is_(None), columns.grouped_at.is_(None)))
    assert list(waiting.scalars()) == [off]
    assert origin_store.coarse(db, [off, on, twin]) == []
    assert group_all(db) == Grouped(articles=1)
    assert origins(db)[twin] == off
    assert flaws(db) == []


def test_without_bands_to_add_nothing_is_compared_again(db: Connection) -> None:
    one = make.article(db, text=TEXT)
    group_all(db)

    origin_store.refine(db, {one: ()})

    assert group_all(db) == Grouped()
