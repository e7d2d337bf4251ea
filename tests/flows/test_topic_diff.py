"""`wirewatch topics diff` and `versions`: what a changed file would do, before it is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import resources, topic_diff
from flows.__main__ import main
from flows.commands import retagging
from flows.commands.output import render
from flows.topic_diff import Diff, Example, TopicDiff
from models import tag_store
from tests import factories as make
from tests.history import NEW, OLD, RAIN, SUMMIT, TREATY, Place, keep_tags, opened, store
from topics import taxonomy as taxonomies

TODAY = make.NOW.date()


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    with opened(database_url, tmp_path) as place:
        yield place


def compared(place: Place, content: str, *, sample: int | None = None) -> Diff:
    taxonomy = taxonomies.parse(content, name="draft")
    return topic_diff.diff(place.engine, place.settings, taxonomy, sample=sample, until=TODAY)


def everything(place: Place) -> list[list[tuple]]:
    names = ("taxonomies", "topics", "taggings", "tags", "cube", "counts", "dirty_days", "articles")
    return [place.ask(f"SELECT * FROM news.{name} ORDER BY 1, 2") for name in names]


def days(*counts: int | None) -> tuple[int | None, ...]:
    """The last 28 days of which only the last few have articles."""
    return (None,) * (28 - len(counts)) + counts


def test_what_would_be_gained_and_lost_is_told_with_the_words_and_the_last_days_and_nothing_is_written(
    place: Place,
) -> None:
    version = place.enter(OLD)
    store(place, version, TREATY, SUMMIT, RAIN)
    with place.engine.begin() as db:
        keep_tags(db, place, version, [make.article(db, title="Of old", text=SUMMIT, published=make.at(2))])
    before = everything(place)

    found = compared(place, NEW)

    assert (found.compared, found.stored, found.sample) == (4, 4, False)
    urls = dict(place.ask("SELECT title, url FROM news.articles"))
    pact, axis = found.topics
    assert (pact.topic, pact.title, pact.before, pact.after, pact.gained, pact.lost) == ("pact", "The pact", 3, 1, 0, 2)
    assert (axis.topic, axis.title, axis.before, axis.after, axis.gained, axis.lost) == ("axis", "The axis", 0, 2, 2, 0)
    assert (pact.days_before, pact.days_after) == (days(1, None, 2), days(0, None, 1))
    assert (axis.days_before, axis.days_after) == (days(0, None, 0), days(1, None, 1))
    assert pact.gained_examples == axis.lost_examples == ()
    assert [(one.title, one.words) for one in axis.gained_examples] == [
        ("The summit ended at noon", ("summit",)),
        ("Of old", ("summit",)),
    ]
    assert pact.lost_examples == axis.gained_examples
    assert axis.gained_examples[0].url == urls["The summit ended at noon"]
    assert everything(place) == before


def test_a_sample_says_that_it_is_one(place: Place) -> None:
    store(place, place.enter(OLD), *[TREATY, SUMMIT, RAIN] * 4)

    some, more = compared(place, NEW, sample=5), compared(place, NEW, sample=50)

    assert (some.compared, some.stored, some.sample) == (5, 12, True)
    assert compared(place, NEW, sample=5) == some
    assert (more.compared, more.stored, more.sample) == (12, 12, False)


def test_a_topic_that_is_no_longer_in_the_file_loses_all_its_articles(place: Place) -> None:
    store(place, place.enter(OLD), TREATY)

    found = compared(place, OLD.replace('slug = "pact"', 'slug = "bond"'))

    assert [(one.topic, one.title, one.gained, one.lost) for one in found.topics] == [
        ("bond", "The pact", 1, 0),
        ("pact", "", 0, 1),
    ]


def test_the_version_in_use_is_not_compared_with_itself(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    version = place.enter(OLD)
    store(place, version, TREATY)

    assert compared(place, OLD).topics == ()
    assert render(*retagging.report(compared(place, OLD), place.file, width=200), width=200) == (
        f"{place.file} is the version in use, {version} ({taxonomies.parse(OLD, name='').digest.hex()[:8]}): it changes "
        "nothing.\n"
    )


def test_where_nothing_was_tagged_there_is_nothing_to_compare(place: Place) -> None:
    assert retagging.report(compared(place, NEW), place.file, width=80) == [retagging.NOTHING_STORED]


def changed() -> Diff:
    gained = Example("A \x1b[31mtitle", "https://alpha.example/1", 0.9, ("the\nwords", "b", "c", "d", "e", "f", "g"))
    lost = Example("Another title", "https://alpha.example/2", 0.5, ("axis",))
    before, after = (0,) * 20 + (None, None, 1, 1, 2, 2, 0, 0), (0,) * 20 + (None, None, 4, 4, 2, 2, 0, 8)
    axis = TopicDiff(
        topic="axis", title="The axis", before=1000, after=1200, gained=400, lost=200, days_before=before, days_after=after,
        gained_examples=(gained,), lost_examples=(lost,),
    )  # fmt: skip
    same = TopicDiff(
        topic="pact", title="", before=1, after=1, gained=0, lost=0, days_before=(), days_after=()
    )  # fmt: skip
    return Diff(
        version="0a0b0c0d", used="1 (ffff0000)", compared=50_000, stored=90_000, sample=False, until=TODAY, topics=(axis, same),
    )  # fmt: skip


def test_the_report_says_what_was_compared_and_shows_counts_days_and_examples() -> None:
    shown = render(*retagging.report(changed(), Path("draft.toml"), width=120), width=120).splitlines()

    assert shown == [
        (
            "draft.toml (0a0b0c0d) against version 1 (ffff0000), which is in use; compared: the newest 50,000 of 90,000 stored"
        ),
        "articles (--sample N takes N from all times).",
        "",
        "topic                       before  after  gained  lost",
        "───────────────────────────────────────────────────────",
        "axis                         1,000  1,200     400   200",
        "",
        "topic                       28 days before                and after                     articles",
        "─" * 96,
        "axis                        ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁··▂▂▃▃▁▁  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁··▅▅▃▃▁█    6 → 20",
        "",
        "1 of 2 topics would not change.",
        "",
        "axis",
        "  + A [31mtitle",
        "    the words, b, c, d, e, f, …",
        "    https://alpha.example/1",
        "  + and 399 more",
        "  - Another title",
        "    axis",
        "    https://alpha.example/2",
        "  - and 199 more",
        "",
        "Nothing was written. `wirewatch topics retag` puts the file into effect.",
    ]


def test_in_a_narrow_window_a_bar_stands_for_two_days_and_no_column_is_lost() -> None:
    shown = render(*retagging.report(changed(), Path("draft.toml"), width=80), width=80).splitlines()

    at = shown.index("topic                       before  after  gained  lost")
    assert shown[at + 2] == "axis                         1,000  1,200     400   200"
    assert shown[at + 4 : at + 7] == [
        "topic                       28 days before  and after       articles",
        "─" * 68,
        "axis                        ▁▁▁▁▁▁▁▁▁▁·▃▅▁  ▁▁▁▁▁▁▁▁▁▁·█▅█    6 → 20",
    ]
    assert max(map(len, shown)) <= 80


def test_the_command_compares_the_file_named_or_that_of_the_settings(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store(place, place.enter(OLD), TREATY, SUMMIT)
    draft = tmp_path / "draft.toml"
    draft.write_text(NEW)

    assert main(["topics", "diff", str(draft), "--json"]) == 0
    named = json.loads(capsys.readouterr().out)
    assert main(["topics", "diff", "--json"]) == 0
    kept = json.loads(capsys.readouterr().out)
    place.file.write_text(NEW)
    assert main(["topics", "retag", "--dry-run", "--json"]) == 0
    dry = json.loads(capsys.readouterr().out)

    assert [(one["topic"], one["gained"], one["lost"]) for one in named["topics"]] == [("pact", 0, 1), ("axis", 1, 0)]
    assert kept["topics"] == []
    assert dry == named


def test_a_file_with_a_mistake_is_one_sentence_and_the_version_in_use_stays(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    version = place.enter(OLD)
    place.file.write_text(OLD.replace('["treaty|summit"]', '["traety"]'))

    for words in (["topics", "diff"], ["topics", "retag"]):
        assert main(words) == 2
        assert f"{place.file}:10: topics.1.rules.1.all: names the concept `traety`" in capsys.readouterr().err
    assert place.current() == version


def test_versions_are_listed_compared_and_pruned_by_their_numbers(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    old = place.enter(OLD)
    made = store(place, old, TREATY, SUMMIT)
    new = place.enter(NEW)
    with place.engine.begin() as db:
        keep_tags(db, place, new, made)
        tag_store.make_current(db, new)

    assert main(["topics", "versions", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert main(["topics", "versions", "--compare", str(old), str(new), "--json"]) == 0
    changes = json.loads(capsys.readouterr().out)
    assert main(["topics", "versions", "--prune", str(old)]) == 0
    pruned = capsys.readouterr().out
    assert main(["topics", "versions"]) == 0
    shown = capsys.readouterr().out.splitlines()

    assert [(one["id"], one["is_current"], one["articles"]) for one in listed] == [(new, True, 2), (old, False, 2)]
    assert [(one["topic"], one["gained"], one["lost"]) for one in changes] == [("pact", 0, 1), ("axis", 1, 0)]
    assert pruned.startswith(f"Tags dropped of old versions: {old} (")
    assert [line.split()[0] for line in shown[2:]] == [str(new), str(old)]
    assert shown[2].endswith("2  in use")
    assert shown[3].split()[-1] == "0"


def test_a_version_that_is_not_there_is_wrong_use(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    version = place.enter(OLD)

    assert main(["topics", "versions", "--compare", str(version), "77"]) == 2
    assert capsys.readouterr().err == f"wirewatch: There is no taxonomy version 77; there are {version}.\n"
    assert main(["topics", "versions", "--prune", str(version)]) == 2
    assert "is in use; only old versions can be pruned" in capsys.readouterr().err


def test_whoever_reads_trends_is_told_that_the_file_has_changed(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    version = place.enter(OLD)
    store(place, version, TREATY)
    main(["trends", "--json", "--days", "3000"])
    assert capsys.readouterr().err == ""

    place.file.write_text(NEW)
    main(["trends", "--json", "--days", "3000"])

    assert capsys.readouterr().err.replace("\n", " ").count("is not the version of the taxonomy in use") == 1
    place.file.unlink()
    assert resources.outdated(place.engine) is None
