from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.errors import Misconfigured
from flows import schedules
from flows.schedules import Deployment, Schedule
from models.settings import ROOT, Settings

NOW = datetime(2025, 3, 4, 5, 6, tzinfo=UTC)
SETTINGS = Settings(_env_file=None)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "deployments.yaml"
    path.write_text(text)
    return path


def test_the_file_at_the_root_says_what_serve_does() -> None:
    said = {one.flow: [schedule.words for schedule in one.schedules] for one in schedules.of(SETTINGS)}

    assert said == {
        "ingest": ["every 15 minutes"],
        "revisit": ["every 15 minutes"],
        "maintain": ["daily at 03:40 UTC"],
        "digest": ["daily at 05:30 UTC"],
        "retag": [],
        "backfill": [],
        "reextract": [],
    }
    assert {one.flow: schedules.starts_at_once(one) for one in schedules.of(SETTINGS)} == {
        "ingest": True,
        "revisit": False,
        "maintain": False,
        "digest": False,
        "retag": False,
        "backfill": False,
        "reextract": False,
    }


def test_the_setting_for_the_pace_has_the_file_s_own_pace_as_its_default() -> None:
    assert schedules.of(SETTINGS) == schedules.read(ROOT / "prefect.yaml")


def test_the_setting_for_the_pace_moves_the_ingest_and_nothing_else() -> None:
    paced = schedules.of(Settings(_env_file=None, ingest_minutes=60))

    assert {one.flow: [(s.interval, s.cron) for s in one.schedules] for one in paced} == {
        "ingest": [(3600, None)],
        "revisit": [(None, "7-59/15 * * * *")],
        "maintain": [(None, "40 3 * * *")],
        "digest": [(None, "30 5 * * *")],
        "retag": [],
        "backfill": [],
        "reextract": [],
    }


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Schedule(slug="a", interval=900), "every 15 minutes"),
        (Schedule(slug="a", interval=60), "every minute"),
        (Schedule(slug="a", interval=90), "every 90 seconds"),
        (Schedule(slug="a", cron="5 4 * * *", timezone="Asia/Seoul"), "daily at 04:05 Asia/Seoul"),
        (Schedule(slug="a", cron="7-59/15 * * * *"), "every 15 minutes"),
        (Schedule(slug="a", cron="0 4 * * mon"), "by 0 4 * * mon (UTC)"),
        (Schedule(slug="a", rrule="FREQ=DAILY"), "by FREQ=DAILY (UTC)"),
    ],
)
def test_a_schedule_is_told_in_words(schedule: Schedule, words: str) -> None:
    assert schedule.words == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("deployments: [", "cannot be read: while parsing a flow node"),
        ("- 1", "has no list of deployments."),
        ("deployments: [{name: x}]", ", deployment 1: entrypoint: Field required."),
        ("deployments: [{name: x, entrypoint: flows/a.py:a}]", ", deployment 1: entrypoint: String should match"),
        ("deployments: [{name: x, entrypoint: a.b, scedules: []}]", ", deployment 1 (b/x): scedules: Extra inputs"),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, cron: '1 * * * *', interval: 5}]}]",
            ", deployment 1 (b/x): schedules.0: give exactly one of interval, cron and rrule.",
        ),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, cron: '61 * * * *'}]}]",
            """, deployment 1 (b/x): schedules.0: Invalid cron string: "61 * * * *".""",
        ),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, cron: 'R 3 * * *'}]}]",
            """, deployment 1 (b/x): schedules.0: Random and Hashed expressions are unsupported, received: "R 3 * * *".""",
        ),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, cron: ''}]}]",
            ", deployment 1 (b/x): schedules.0: give exactly one of interval, cron and rrule.",
        ),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, rrule: INTERVAL=2}]}]",
            ", deployment 1 (b/x): schedules.0: Prefect takes no such schedule: rrule.__init__() missing",
        ),
        (
            f"deployments: [{{name: x, entrypoint: a.b, schedules: [{{slug: s, interval: {10**20}}}]}}]",
            ", deployment 1 (b/x): schedules.0: Prefect takes no such schedule: Python int too large",
        ),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, rrule: FREQ=NEVER}]}]",
            """, deployment 1 (b/x): schedules.0: Invalid RRule string "FREQ=NEVER": """,
        ),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, cron: '1 * * * *', timezone: Mars/Base}]}]",
            """, deployment 1 (b/x): schedules.0: Invalid timezone: "Mars/Base" """.rstrip(),
        ),
        (
            "deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s, interval: 5, timezone: Mars/Base}]}]",
            """, deployment 1 (b/x): schedules.0: Invalid timezone: "Mars/Base" """.rstrip(),
        ),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(Misconfigured) as told:
        schedules.read(path)

    assert str(told.value).startswith(str(path))
    assert said in str(told.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"missing\.yaml cannot be read"):
        schedules.read(tmp_path / "missing.yaml")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_what_is_served_is_what_the_file_declares(number: int) -> None:
    declared = schedules.of(SETTINGS)[number]

    made = asyncio.run(schedules.served(declared, now=NOW))

    assert (made.flow_name, made.name, made.entrypoint) == (declared.flow, declared.name, declared.entrypoint)
    assert (made.tags, made.parameters, made.paused) == (declared.tags, declared.parameters, False)
    assert (made.concurrency_limit, made.concurrency_options.collision_strategy) == (1, "CANCEL_NEW")
    assert [schedule.slug for schedule in made.schedules] == [schedule.slug for schedule in declared.schedules]


def test_intervals_are_counted_from_the_start() -> None:
    declared = Deployment(
        name="x", entrypoint="flows.ingest.ingest", schedules=[Schedule(slug="a", interval=600, timezone="UTC")]
    )

    made = asyncio.run(schedules.served(declared, now=NOW))

    (schedule,) = made.schedules
    assert (schedule.schedule.interval, schedule.schedule.anchor_date) == (timedelta(minutes=10), NOW)
