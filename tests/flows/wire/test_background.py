"""What outlets write on all the other days: steady, unlike each other, and late or missing a week where it is said so."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest

from extractors import shingles, text
from flows.wire import background, edition, press
from flows.wire.press import WireArticle, WireSource
from tests.flows.wire.conftest import NOW

ADDED = ("canal-ledger", "tariff-gazette")


@pytest.fixture(scope="module")
def outlets() -> dict[str, WireSource]:
    return {source.slug: source for source in (*press.load().sources, *background.sources())}


@pytest.fixture(scope="module")
def written(outlets: dict[str, WireSource]) -> list[WireArticle]:
    return list(background.articles(outlets, NOW))


def days(written: list[WireArticle], source: str) -> Counter[int]:
    """Texts of an outlet by whole days before now."""
    dates = [one.published_at(NOW).date() for one in written if one.source == source]
    return Counter((NOW.date() - day).days for day in dates)


def test_the_same_moment_gives_the_same_texts_and_each_stands_alone_under_its_address(
    written: list[WireArticle], outlets: dict[str, WireSource]
) -> None:
    assert list(background.articles(outlets, NOW)) == written
    assert max(Counter(one.key for one in written).values()) == 1
    assert max(Counter((one.source, one.number) for one in written).values()) == 1


def test_an_outlet_has_its_rate_every_week_and_less_at_weekends(written: list[WireArticle]) -> None:
    found = days(written, "dongfang-tongxun")
    weeks = [sum(found[age] for age in range(first, first + 7)) for first in range(1, 71, 7)]
    weekend = sum(texts for age, texts in found.items() if date.weekday(NOW.date() - timedelta(days=age)) >= 5)

    assert set(weeks) <= {4, 5, 6}
    assert max(found) == background.DAYS
    assert 0 < weekend < sum(found.values()) / 5


def test_added_outlets_begin_in_the_last_month_with_one_topic_and_leave_out_a_week(written: list[WireArticle]) -> None:
    topical = Counter(one.source for one in written if one.topics)

    for source in ADDED:
        found = days(written, source)
        assert set(found) == set(range(12, 35)) | set(range(1, 5))
        assert set(found.values()) == {7}
        assert topical[source] == 3 * len(found)
    assert set(topical) == set(ADDED)


def test_texts_are_long_enough_to_be_articles_and_none_is_a_copy_of_another(
    written: list[WireArticle], outlets: dict[str, WireSource]
) -> None:
    kept = written[::3]
    cut = {one.key: shingles.cut(one.text) for one in kept}

    alike = [
        (one.key, other.key)
        for one, other in combinations(kept, 2)
        if outlets[one.source].language == outlets[other.source].language
        and outlets[one.source].family != outlets[other.source].family
        and len(set(cut[one.key].pieces) & set(cut[other.key].pieces)) > 0.3 * len(cut[one.key].pieces)
    ]

    assert min(text.weight(one.text) for one in written) >= 200
    assert alike == []


def test_the_wire_without_it_is_the_wire_as_it_is_written() -> None:
    bare, steady = edition.hosts(), edition.hosts(steady=True)

    assert set(steady) - set(bare) == {19, 20}
    assert all(later == earlier + 1 for earlier, later in pairwise(steady))
