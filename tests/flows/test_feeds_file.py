"""Changing feeds.toml: one more address, and not a byte else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extractors import catalogue
from extractors.errors import Misconfigured
from flows import feeds_file

MINE = """\
# Mine, all mine.
[blocs]
rok = "Media of the Republic of Korea"

[[source]]   # the first
slug = "harbour"
name = "Harbour"
country = "KR"
language = "ko"
kind = "newspaper"
bloc = "rok"
family = "lighthouse"   # a slug that comes again below
feeds = ["https://harbour.example/rss"]  # one line

[[source]]
slug = "lighthouse"
name = "Lighthouse"
country = "KR"
language = "ko"
kind = "agency"
bloc = "rok"
family = "lighthouse"
feeds = [
  # the main one
  "https://lighthouse.example/feed",
  { url = "https://lighthouse.example/north", note = "north" },
]
"""
NEW = "https://new.example/rss"
FACTS = {
    "slug": "new-example", "name": 'The "New"', "country": "KR", "language": "ko", "kind": "agency", "bloc": "rok",
    "family": "new-example",
}  # fmt: skip


def extended(content: str, **facts: str | None) -> str:
    return feeds_file.extended(content, NEW, FACTS | facts, name="mine.toml")


def test_a_feed_of_a_known_source_goes_into_its_list_on_one_line() -> None:
    before, after = '["https://harbour.example/rss"]', f'["{NEW}", "https://harbour.example/rss"]'

    assert extended(MINE, slug="harbour") == MINE.replace(before, after)


def test_a_feed_of_a_known_source_gets_a_line_where_each_has_one() -> None:
    before = "feeds = [\n  # the main one\n"

    assert extended(MINE, slug="lighthouse") == MINE.replace(before, f'feeds = [\n  "{NEW}",\n  # the main one\n')


def test_line_ends_stay_as_they_are() -> None:
    content = MINE.replace("\n", "\r\n")

    for slug in ("harbour", "lighthouse", "new-example"):
        assert extended(content, slug=slug) == extended(MINE, slug=slug).replace("\n", "\r\n")


def test_a_new_source_goes_to_the_end_with_all_its_facts() -> None:
    grown = extended(MINE)

    assert grown == (
        MINE + '\n[[source]]\nslug = "new-example"\nname = "The \\"New\\""\ncountry = "KR"\nlanguage = "ko"\n'
        f'kind = "agency"\nbloc = "rok"\nfamily = "new-example"\nfeeds = ["{NEW}"]\n'
    )
    assert catalogue.load(grown, name="x").sources[-1].name == 'The "New"'


@pytest.mark.parametrize("content", ["", "# nothing yet\n", '[blocs]\nrok = "x"\n'])
def test_a_file_that_lists_nothing_yet_gets_its_first_source(content: str) -> None:
    grown = extended(content)

    assert grown.startswith(content)
    assert [feed.url for feed in catalogue.load(grown, name="x").feeds] == [NEW]


def test_control_characters_in_a_name_are_written_as_toml_wants_them() -> None:
    grown = extended("", name="a\tb\U000e0001\u200fc")

    assert catalogue.load(grown, name="x").sources[0].name == "a\tb\U000e0001\u200fc"
    assert grown.isprintable() is False
    assert all(line.isprintable() for line in grown.splitlines())


@pytest.mark.parametrize(
    ("url", "facts", "says"),
    [
        ("https://harbour.example/rss", {}, "mine.toml has https://harbour.example/rss already, under harbour."),
        ("http://www.harbour.example/rss/", {}, "mine.toml has https://harbour.example/rss already, under harbour."),
        (
            "https://lighthouse.example/north",
            {"slug": "harbour"},
            "mine.toml has https://lighthouse.example/north already, under lighthouse.",
        ),
        (
            NEW,
            {"country": None, "bloc": None},
            "new-example is a new source: say also --country, --bloc, or --source.",
        ),
    ],
)
def test_a_feed_that_is_listed_and_a_source_of_which_too_little_is_said_are_refused(
    url: str, facts: dict[str, str | None], says: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        feeds_file.extended(MINE, url, FACTS | facts, name="mine.toml")

    assert str(caught.value) == says


def test_a_fact_that_is_wrong_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"source 3 \(new-example\), country: 'XX' is no country"):
        extended(MINE, country="XX")


def test_a_list_that_cannot_be_found_is_left_to_people() -> None:
    facts = "name='Odd',country='KR',language='ko',kind='agency',bloc='rok',family='odd'"
    content = f"source = [{{slug='odd',{facts},feeds=['https://odd.example/rss']}}]\n"

    with pytest.raises(Misconfigured) as caught:
        extended(content, slug="odd")

    assert str(caught.value) == (f"Where mine.toml lists the feeds of odd could not be told: add {NEW} there by hand.")


def test_a_mistake_in_the_file_is_told_before_anything_else() -> None:
    with pytest.raises(Misconfigured, match=r"^mine\.toml is no valid TOML: "):
        extended(MINE + "[[source]\n")


def test_what_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        feeds_file.write(tmp_path / "no folder" / "mine.toml", "new")

    assert str(caught.value) == (f"{tmp_path}/no folder/mine.toml cannot be written: {os.strerror(2)}.")
