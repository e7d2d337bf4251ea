from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import catalogue
from extractors.errors import Misconfigured
from extractors.records import Catalogue, FeedSpec, Source, SourceKind
from extractors.toml_lines import line_of

GOOD = """\
# Harbour towns.
[blocs]
western = "Western media"
rok = "Media of the Republic of Korea"

[[source]]
slug = "harbour"
name = "Harbour News"
homepage = "https://harbour.example/"
country = "KR"
language = "ko"
kind = "newspaper"
bloc = "rok"
family = "harbour-media"
feeds = [
    "https://harbour.example/rss",  # all
    { url = "https://harbour.example/north.xml", note = "North desk" },
]

[[source]]
slug = "lighthouse"
name = "Lighthouse"
country = "UN"
language = "en"
kind = "government"
bloc = "western"
family = "lighthouse"
feeds = ["https://lighthouse.example/feed"]
"""


def test_a_file_becomes_sources_and_feeds() -> None:
    assert catalogue.load(GOOD, name="feeds.toml") == Catalogue(
        sources=(
            Source(
                slug="harbour",
                name="Harbour News",
                homepage="https://harbour.example/",
                country="KR",
                language="ko",
                kind=SourceKind.NEWSPAPER,
                bloc="rok",
                family="harbour-media",
            ),
            Source(
                slug="lighthouse",
                name="Lighthouse",
                homepage=None,
                country="UN",
                language="en",
                kind=SourceKind.GOVERNMENT,
                bloc="western",
                family="lighthouse",
            ),
        ),
        feeds=(
            FeedSpec(source="harbour", url="https://harbour.example/rss"),
            FeedSpec(source="harbour", url="https://harbour.example/north.xml", note="North desk"),
            FeedSpec(source="lighthouse", url="https://lighthouse.example/feed"),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('slug = "harbour"', 'slug = "Harbour News"', "feeds.toml, line 7, source 1 (Harbour News), slug: 'Harbour News' is no slug"),
        ('slug = "lighthouse"', 'slug = "harbour"', "line 21, source 2 (harbour), slug: the slug 'harbour' is given to another"),
        ('name = "Lighthouse"', 'name = ""', "line 22, source 2 (lighthouse), name: this must not be empty"),
        ('name = "Lighthouse"', "name = 5", "line 22, source 2 (lighthouse), name: input should be a valid string, not 5"),
        ('country = "KR"', 'country = "XX"', "line 10, source 1 (harbour), country: 'XX' is no country"),
        ('country = "KR"', 'country = "kr"', "'kr' is no country"),
        ('language = "ko"', 'language = "kp"', "line 11, source 1 (harbour), language: 'kp' is no language"),
        ('kind = "newspaper"', 'kind = "paper"', "line 12, source 1 (harbour), kind: 'paper' is no kind of source: write one of agency"),
        ('bloc = "rok"', 'bloc = "korea"', "line 13, source 1 (harbour), bloc: 'korea' is not among [blocs]: western, rok"),
        ('family = "harbour-media"', 'famly = "harbour-media"', "line 14, source 1 (harbour), famly: there is no such key"),
        ('homepage = "https://harbour.example/"', 'homepage = "harbour.example"', "line 9, source 1 (harbour), homepage: "),
        ('note = "North desk"', 'nota = "North desk"', "line 17, source 1 (harbour), feeds 2, nota: there is no such key"),
        ('"https://harbour.example/rss"', '"harbour.example/rss"', "line 16, source 1 (harbour), feeds 1, url: 'harbour.example/rss' is no web"),
        ("https://harbour.example/north.xml", "https://harbour.example/rss", "line 17, source 1 (harbour), feeds 2, url: "),
        ("https://lighthouse.example/feed", "https://HARBOUR.example/rss", "line 28, source 2 (lighthouse), feeds 1, url: "),
        ('["https://lighthouse.example/feed"]', "[]", "line 28, source 2 (lighthouse), feeds: this must not be empty"),
        ('["https://lighthouse.example/feed"]', '"https://lighthouse.example/feed"', "line 28, source 2 (lighthouse), feeds: "),
        ('family = "harbour-media"\n', "", "line 6, source 1 (harbour), family: this key is missing"),
        ("[[source]]", "[[sources]]", "there is no such key"),
        ("[blocs]", "[bloc]", "line 2, bloc: there is no such key"),
        ('western = "Western media"', "western = 1", "line 3, blocs, western: "),
        ('slug = "harbour"', "slug = harbour", "feeds.toml is no valid TOML: Invalid value (at line 7, column 8)"),
        ('slug = "harbour"', 'slug = "harbour"\nslug = "x"', "feeds.toml is no valid TOML: Cannot overwrite a value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence_with_its_line(old: str, new: str, says: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        catalogue.load(GOOD.replace(old, new), name="feeds.toml")

    sentence = str(caught.value)
    assert says in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("text", ["", "# nothing\n", "[blocs]\nwestern = 'x'\n", "source = []\n"])
def test_a_file_without_sources_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match=r"^mine\.toml lists no source: add a \[\[source\]\], as "):
        catalogue.load(text, name="mine.toml")


def test_without_a_table_of_blocs_any_slug_is_a_bloc() -> None:
    text = GOOD[GOOD.index("[[source]]") :].replace('bloc = "rok"', 'bloc = "anything"')

    assert catalogue.load(text, name="feeds.toml").sources[0].bloc == "anything"


def test_the_file_that_comes_with_wirewatch_is_good_and_broad() -> None:
    text = (Path(__file__).parents[2] / "feeds.toml").read_text(encoding="utf-8")

    loaded = catalogue.load(text, name="feeds.toml")

    assert len(loaded.feeds) >= 75
    assert {"china-state", "russia-state", "dprk-state", "rok", "japan", "western", "ukraine", "international"} <= {
        source.bloc for source in loaded.sources
    }
    assert {"en", "ko", "ru", "zh", "ja", "uk"} <= {source.language for source in loaded.sources}
    assert {feed.source for feed in loaded.feeds} == {source.slug for source in loaded.sources}


@given(st.text())
def test_no_text_breaks_the_loader(text: str) -> None:
    with pytest.raises(Misconfigured):
        catalogue.load(text, name="feeds.toml")


@given(
    st.integers(0, len(GOOD)),
    st.integers(0, 30),
    st.sampled_from(["", "[", "]", '"', "=", "\n", "#", "1", "{", "[[source]]\n"]),
)
def test_a_damaged_file_loads_or_is_refused_in_one_sentence(start: int, length: int, graft: str) -> None:
    sentence = "feeds.toml"
    try:
        catalogue.load(GOOD[:start] + graft + GOOD[start + length :], name="feeds.toml")
    except Misconfigured as error:
        sentence = str(error)

    assert sentence.startswith("feeds.toml")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("source", 0), 6),
        (("source", 1, "kind"), 25),
        (("source", 0, "feeds", 0), 16),
        (("source", 0, "feeds", 1, "note"), 17),
        (("source", 1, "homepage"), 20),
        (("blocs", "rok"), 4),
        (("source", 7), None),
        (("absent",), None),
        ((), None),
    ],
)
def test_the_line_of_a_key_is_found(path: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(GOOD, path) == line


def test_what_nobody_has_said_may_be_called_unknown_and_needs_no_bloc() -> None:
    content = (
        '[blocs]\nwestern = "x"\n[[source]]\nslug = "a"\nname = "A"\ncountry = "ZZ"\nlanguage = "und"\nkind = "unknown"\n'
        'bloc = "unknown"\nfamily = "a"\nfeeds = ["https://a.example/rss"]\n'
    )

    [source] = catalogue.load(content, name="x").sources

    assert {name: getattr(source, name) for name in catalogue.UNKNOWN} == catalogue.UNKNOWN


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("https://me:hunter2@alpha.example/feed", "a login"),
        ("https://alpha.example/feed?access_token=hunter2", "the parameter access_token"),
    ],
)
def test_a_secret_in_an_address_is_refused_with_a_word_on_where_it_belongs_and_not_repeated(
    url: str, what: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        catalogue.load(GOOD.replace("https://lighthouse.example/feed", url), name="feeds.toml")

    assert f"holds {what}: give that a name in WIREWATCH_SECRETS" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_address_that_names_a_secret_stays_as_it_is_written() -> None:
    url = "https://{courier}@alpha.example/feed?token={desk}"

    *_, feed = catalogue.load(GOOD.replace("https://lighthouse.example/feed", url), name="feeds.toml").feeds

    assert feed.url == url
