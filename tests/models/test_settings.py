"""Settings: where they come from, and the sentence for one that is wrong."""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from extractors.errors import Misconfigured
from flows import resources
from flows.__main__ import main
from models.settings import ROOT, load


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder without `.env` to stand in, and no setting in the environment."""
    for name in [name for name in os.environ if name.startswith("WIREWATCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(resources, "_settings", [])  # what an earlier test of this process read
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_has_to_be_set() -> None:
    settings = load()

    assert (settings.home, settings.database_url, settings.feeds) == (Path(".wirewatch"), None, ROOT / "feeds.toml")
    assert settings.workers == (os.cpu_count() or 1)
    assert settings.agent == "Wirewatch/0.1 (news monitoring)"


def test_the_environment_wins_over_the_file_and_an_argument_over_both(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare / ".env").write_text("WIREWATCH_BATCH_SIZE=7\nWIREWATCH_MAX_AGE_DAYS=8\nWIREWATCH_CONTACT=me@example.org\n")
    monkeypatch.setenv("WIREWATCH_BATCH_SIZE", "9")
    monkeypatch.setenv("WIREWATCH_MAX_AGE_DAYS", "10")

    settings = load(max_age_days=11)

    assert (settings.batch_size, settings.max_age_days, settings.contact) == (9, 11, "me@example.org")
    assert settings.agent == "Wirewatch/0.1 (news monitoring; +me@example.org)"


def test_networks_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_ALLOW_PRIVATE_HOSTS", "10.1.0.0/16, 192.168.7.20,,::1")

    assert load().allow_private_hosts == (ip_network("10.1.0.0/16"), ip_network("192.168.7.20"), ip_network("::1"))


@pytest.mark.parametrize(("said", "hours"), [("off", ()), ("OFF", ()), ("2", (2.0,)), ("0.5, 6,48", (0.5, 6.0, 48.0))])
def test_looks_are_planned_in_hours_or_switched_off(
    said: str, hours: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_REVISIT_HOURS", said)

    assert load().revisit_hours == hours
    assert load().revisit_after == tuple(timedelta(hours=one) for one in hours)


WRONG = {
    "REVISIT_HOURS=24,1": "Value error, give hours in rising order, such as 1,24,168, or `off` (got '24,1').",
    "REVISIT_HOURS=soon": "Input should be a valid number, unable to parse string as a number (got 'soon').",
    "BATCH_SIZE=0": "Input should be greater than or equal to 1 (got '0').",
    "KEEP_PAGES_DAYS=long": "Input should be a valid integer, unable to parse string as an integer (got 'long').",
    "TASK_RUNNER=ray": "Input should be 'threads' or 'dask' (got 'ray').",
    "ALLOW_PRIVATE_HOSTS=10.0.0.0/8,here": "Input is not a valid IPv4 network (got 'here').",
}


@pytest.mark.parametrize("setting", WRONG)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_wrong_one_is_named_in_one_sentence_and_ends_with_code_2(
    where: str, setting: str, bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name, _, value = setting.partition("=")
    if where == "file":
        (bare / ".env").write_text(f"WIREWATCH_{setting}\n")
    else:
        monkeypatch.setenv(f"WIREWATCH_{name}", value)

    assert main(["db", "url"]) == 2
    assert capsys.readouterr() == ("", f"wirewatch: WIREWATCH_{name}: {WRONG[setting]}\n")
    assert not (bare / ".wirewatch").exists()


def test_a_line_that_sets_nothing_is_named(bare: Path) -> None:
    (bare / ".env").write_text("# who we are\nWIREWATCH_CONTACT=me@example.org\nBATCH SIZE = 7\n")

    with pytest.raises(Misconfigured) as caught:
        load()

    assert str(caught.value) == ".env, line 3: this is no NAME=value and no comment."


def test_a_file_that_is_no_text_is_named(bare: Path) -> None:
    (bare / ".env").write_bytes(b"WIREWATCH_CONTACT=\xff\xfe\n")

    with pytest.raises(Misconfigured) as caught:
        load()

    assert str(caught.value) == ".env cannot be read: it is not UTF-8 text."


def test_a_secret_is_not_shown_with_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://u:swordfish@h/d")

    assert "swordfish" not in repr(load())


def test_an_empty_value_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "EXTRACT_WORKERS", "HOME"):
        monkeypatch.setenv(f"WIREWATCH_{name}", "")

    settings = load()

    assert (settings.database_url, settings.extract_workers, settings.home) == (None, None, Path(".wirewatch"))


def test_secrets_are_read_by_name_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_SECRETS", '{"courier": "me:swordfish", "desk-2": "a,b=c"}')

    settings = load()

    assert {name: value.get_secret_value() for name, value in settings.secrets.items()} == {
        "courier": "me:swordfish", "desk-2": "a,b=c",
    }  # fmt: skip
    assert "swordfish" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("courier=swordfish", 'it is no JSON object such as {"courier": "me:password"}'),
        ('["swordfish"]', "valid dictionary"),
        ('{"Courier": "swordfish"}', "its names are lower-case letters"),
        ('{"courier": 7}', "valid string"),
    ],
)
def test_secrets_that_cannot_be_read_are_told_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch, given: str, says: str
) -> None:
    monkeypatch.setenv("WIREWATCH_SECRETS", given)

    with pytest.raises(Misconfigured) as caught:
        load()

    assert str(caught.value).startswith("WIREWATCH_SECRETS: ")
    assert says in str(caught.value)
    assert "swordfish" not in str(caught.value)


def test_slices_and_blocs_of_alerts_are_lists_of_words_and_unknown_slices_are_named() -> None:
    chosen = load(alert_slices="all, language", alert_blocs="off")

    assert (chosen.alert_slices, chosen.alert_blocs) == (("all", "language"), ())
    with pytest.raises(
        Misconfigured, match=r"WIREWATCH_ALERT_SLICES: .*there is no slice 'continent'; there are all, bloc"
    ):
        load(alert_slices="continent")
