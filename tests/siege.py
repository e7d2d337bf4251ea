"""A home of its own under siege: real runs beside a small press, and kills by a plan that a seed decides.

    with Press(seed) as press, Camp(folder, press) as camp:
        for episode in plan(seed):
            camp.live_through(episode)
            report, faults = camp.rest()    # of a run that nobody disturbed, and what is wrong after it

Every victim is a real process and is sent SIGKILL. What a plan says is the same for one seed; what a kill meets is not:
that is the machine's doing, and the point.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from asyncio import StreamWriter, sleep
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psutil
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from flows import prefect_server
from flows.prefect_env import prefect_home
from models import database, embedded, keeper
from models.settings import ROOT
from tests import books
from tests.strikes import Episode, Strike
from tests.web import Answer, Request, Web, send

FEEDS = 24
SHOWN = 120
"""Articles that a feed lists at a time, the newest."""
WITHIN = 300.0
"""Seconds that anything may take before it counts as hanging: far more than a loaded machine needs."""
FILLER = "filler"
VOCABULARY = (
    "ministers envoys sanctions missile test border summit harbour tariffs exports talks treaty navy grain ferry "
    "winter budget election railway bridge power station parliament court strike union prices coast island storm"
)
WORDS = VOCABULARY.split()
COUNTRIES = ("North Korea", "South Korea", "Japan", "China", "Russia", "Norway", "Chile", "Kenya")


class Press(Web):
    """Feeds on four hosts that list ever more articles, each of which takes a moment to answer."""

    def __init__(self, seed: int, *, moment: float = 0.15, feeds: int = FEEDS) -> None:
        """`moment` is the longest time in seconds that an article takes to answer."""
        super().__init__(hosts=tuple(f"127.0.3.{number}" for number in range(1, 5)))
        self.lot = random.Random(f"press {seed}")
        self.moment = moment
        self.held = False
        """While so, no article answers, and no run that has any to fetch comes to its end."""
        self.listed: dict[str, str] = {}
        """The state in which each address that was ever listed must end."""
        self.twins: dict[str, str] = {}
        self.feeds: list[list[str]] = [[] for _ in range(feeds)]

    @property
    def pairs(self) -> int:
        """How often a feed listed an article; one that it listed under two addresses counts once."""
        return sum(len({self.twins.get(address, address) for address in feed}) for feed in self.feeds)

    def address(self, number: int) -> str:
        """Where an article is."""
        host = number - (number % 20 == 17)  # a page may name a canonical address on its own host only
        return self.url(f"/a/{number}", host=self.hosts[host % len(self.hosts)])

    def publish(self, count: int) -> None:
        """List so many more articles: of twenty one is gone, one too short, one another address of the one before."""
        for number in range(len(self.listed), len(self.listed) + count):
            status, body, state = 200, self._page(number, number), "stored"
            if number % 20 == 7:
                status, body, state = 404, "<p>Gone.</p>", "given up"
            elif number % 20 == 13:
                body, state = "<html><body><p>More soon.</p></body></html>", "rejected"
            elif number % 20 == 17:
                body, state = self._page(number - 1, number - 1), "duplicate"
                self.twins[self.address(number)] = self.address(number - 1)
            self.listed[self.address(number)] = state
            self.script(f"/a/{number}", self._slowly(status, body))
            for feed in self.lot.sample(self.feeds, 2 if number % 5 == 0 else 1):
                feed.append(self.address(number))
        for number, addresses in enumerate(self.feeds):
            items = "".join(f"<item><title>{a}</title><link>{a}</link></item>" for a in addresses[-SHOWN:])
            self.page(f"/feed/{number}", f'<rss version="2.0"><channel><title>{number}</title>{items}</channel></rss>')

    def catalogue(self) -> str:
        """A feeds.toml of a source a feed."""
        return "".join(
            f'[[source]]\nslug = "press-{n}"\nname = "Press {n}"\ncountry = "GB"\nlanguage = "en"\n'
            f'kind = "newspaper"\nbloc = "western"\nfamily = "press-{n}"\n'
            f'feeds = ["{self.url(f"/feed/{n}", host=self.hosts[n % len(self.hosts)])}"]\n\n'
            for n in range(len(self.feeds))
        )

    def _page(self, number: int, canonical: int) -> str:
        words = random.Random(number)
        title = f"Report {number}: {words.choice(COUNTRIES)} and the {words.choice(WORDS)}"
        paragraphs = "".join(
            f"<p>{' '.join(words.choices(WORDS, k=40)).capitalize()} in {words.choice(COUNTRIES)}, said report {number}.</p>"
            for _ in range(6)
        )
        return (
            f'<html lang=en><head><title>{title}</title><link rel="canonical" href="{self.address(canonical)}"></head>'
            f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
        )

    def _slowly(self, status: int, body: str) -> Callable:
        pause = self.lot.uniform(0, self.moment)

        async def answer(request: Request, writer: StreamWriter) -> None:
            await sleep(pause)
            while self.held:  # noqa: ASYNC110 -- an event of one loop cannot be set by other threads
                await sleep(0.05)
            await send(Answer(body, status=status, headers={"Connection": "close"}), request, writer)

        return answer


@dataclass(frozen=True)
class Blow:
    """One strike as it went."""

    strike: Strike
    hit: bool
    """Not, if the run had ended before, or there was nobody of that kind."""

    def __str__(self) -> str:
        return f"{self.strike}{'' if self.hit else ' (missed)'}"


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (negative: by that signal), and what it complained of."""

    code: int
    complaint: str

    def __str__(self) -> str:
        said = self.complaint.splitlines()[-1] if self.complaint else "nothing"
        return {0: "ok", -signal.SIGKILL: "killed"}.get(self.code, f"exit {self.code}, said: {said}")


@dataclass(frozen=True)
class Run:
    """A run at work, and the files of what it says."""

    process: subprocess.Popen[bytes]
    said: Path

    def ended(self) -> Ended:
        """How it ended, once it has."""
        code = self.process.wait(WITHIN)
        return Ended(code, self.said.with_suffix(".err").read_text(errors="replace").strip())

    @property
    def report(self) -> dict[str, Any]:
        """What a run that ended well has to report."""
        report: dict[str, Any] = json.loads(self.said.with_suffix(".out").read_bytes())
        return report


class Camp:
    """A home with its database and Prefect server, the runs on it, and whoever is to be killed."""

    def __init__(self, folder: Path, press: Press) -> None:
        """`folder` keeps the home and, beside it, what the runs say."""
        self.folder, self.press = folder, press
        self.home = (folder / "home").resolve()
        self.runs: list[Run] = []
        self.stack = ExitStack()
        self.engine: sa.Engine

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.folder / "feeds.toml").write_text(self.press.catalogue(), encoding="utf-8")
        self.stack.enter_context(_without_prefect())
        # Held until the end: what is killed stays dead until a run starts it again, what is not stays up.
        self.stack.enter_context(prefect_server.kept(self.home))
        self.engine = database.engine(self.cluster.url)
        self.stack.callback(self.engine.dispose)
        database.migrate(self.engine)
        return self

    def __exit__(self, *error: object) -> None:
        for run in self.runs:
            run.process.kill()  # if a fault or Ctrl-C ended us first
            run.process.wait()
        self.stack.close()

    @property
    def cluster(self) -> embedded.Cluster:
        """The embedded database."""
        return embedded.Cluster(home=self.home)

    # Runs

    def start(self) -> Run:
        """A run of all feeds, as a process; what it says goes to files beside the home."""
        said = self.folder / f"run-{len(self.runs) + 1}"
        variables = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "WIREWATCH_"))} | {
            "WIREWATCH_HOME": str(self.home), "WIREWATCH_FEEDS": str(self.folder / "feeds.toml"),
            "WIREWATCH_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8", "WIREWATCH_HOST_PACE_SECONDS": "0",
            "WIREWATCH_HOST_CONCURRENCY": "8", "WIREWATCH_BATCH_SIZE": "10", "WIREWATCH_EXTRACT_WORKERS": "2",
        }  # fmt: skip
        argv = [sys.executable, "-m", "flows", "run", "--all", "--json"]
        with said.with_suffix(".out").open("wb") as out, said.with_suffix(".err").open("wb") as err:
            self.runs.append(Run(subprocess.Popen(argv, env=variables, cwd=ROOT, stdout=out, stderr=err), said))
        return self.runs[-1]

    # Kills

    def live_through(self, episode: Episode) -> tuple[list[Blow], list[Ended]]:
        """Publish, run, strike; once every run has ended, how each strike went and how the runs ended."""
        self.press.publish(episode.new)
        self.revive()
        before = self._progress() or {}
        runs = [self.start() for _ in range(episode.runs)]
        blows = []
        for strike in episode.strikes:
            due = self._await(strike, before, [run.process for run in runs])
            blows.append(Blow(strike, due and self._strike(strike.victim, [run.process for run in runs])))
        self.press.held = False
        time.sleep(episode.away)
        (self.home / FILLER).unlink(missing_ok=True)
        self.revive()
        ended = [run.ended() for run in runs]
        return blows, ended

    def revive(self) -> None:
        """Start the database and Prefect's server again if they are gone, as any new run does."""
        with prefect_server.kept(self.home):
            pass

    def _await(self, strike: Strike, before: dict[str, int], runs: list[subprocess.Popen[bytes]]) -> bool:
        """Whether the moment of a strike came while a run was at work."""
        deadline = time.monotonic() + WITHIN
        while True:
            if all(run.poll() is not None for run in runs):
                return False
            now = self._progress()
            if now is None and strike.victim != "backend":  # nothing moves on without a database
                break
            if now and now[strike.event] - before[strike.event] >= strike.count:
                break
            if time.monotonic() > deadline:
                raise TimeoutError(f"No {strike} within {WITHIN:g} s; see {self.folder}.")
            time.sleep(0.02)
        time.sleep(strike.delay)
        return any(run.poll() is None for run in runs)

    def _progress(self) -> dict[str, int] | None:
        """How far runs have come in all, by event; None while the database is gone."""
        sql = """SELECT (SELECT count(*) FROM news.runs) AS runs, (SELECT count(*) FROM news.polls) AS polls,
            count(*) AS attempts, count(*) FILTER (WHERE outcome <> 'lost') AS outcomes FROM news.attempts"""
        try:
            with self.engine.connect() as db:
                return dict(db.execute(sa.text(sql)).one()._mapping)
        except DBAPIError:
            return None

    def _strike(self, victim: str, runs: list[subprocess.Popen[bytes]]) -> bool:
        """Whether there was such a victim; which of several is the first in order of birth that lives."""
        if victim == "disk":
            return self._fill_disk()
        return any(map(_kill, self._victims(victim, [run.pid for run in runs if run.poll() is None])))

    def _fill_disk(self) -> bool:
        """Leave no byte free where the home is; only where a disk of its own is mounted there."""
        if not self.home.is_mount():
            return False
        with (self.home / FILLER).open("wb", buffering=0) as filler, contextlib.suppress(OSError):
            while filler.write(bytes(2**20)) == 2**20:
                pass
        return True

    def _victims(self, victim: str, runs: list[int]) -> Iterator[psutil.Process]:
        if victim == "run":
            found = [one for pid in runs[:1] for one in _there(pid)]
        elif victim == "worker":
            found = [child for pid in runs for child in _below(pid) if "flows.worker" in _command(child)]
        elif victim == "prefect":
            found = _noted(prefect_home(self.home))
        else:
            found = _noted(self.cluster.folder)
            if victim == "backend":
                children = [child for one in found for child in _below(one.pid)]
                found = [one for one in children if _command(one).startswith("postgres: wirewatch wirewatch")]
        return iter(found[:1])

    # Verdict

    def faults(self, *, at_rest: bool) -> list[str]:
        """What is wrong in the database; see `books`."""
        with self.engine.connect() as db:
            found = books.faults(db, at_rest=at_rest)
            if at_rest:
                found += books.missing(db, self.press.listed, self.press.pairs, self.press.twins)
        return found

    def rest(self) -> tuple[dict[str, Any], list[str]]:
        """What a run that nobody disturbed reports, and what is wrong after it."""
        run = self.start()
        ended = run.ended()
        if ended.code != 0:
            return {}, [f"the run that took over ended with {ended}"]
        return run.report, self.faults(at_rest=True)


def _below(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children()
    except psutil.NoSuchProcess:
        return []


def _there(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []


def _command(process: psutil.Process) -> str:
    """Its command line; empty when it has just ended (also as a zombie)."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _noted(folder: Path) -> list[psutil.Process]:
    """The program of a service's folder, if it runs."""
    try:
        return [psutil.Process(keeper.pids(folder)["program"])] if keeper.is_kept(folder) else []
    except (KeyError, psutil.NoSuchProcess):
        return []


def _kill(process: psutil.Process) -> bool:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return False
    return True


@contextlib.contextmanager
def _without_prefect() -> Iterator[None]:
    """No PREFECT_* variable in this process: the server of our home must not become a client of another."""
    before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PREFECT_")}
    try:
        yield
    finally:
        os.environ.update(before)
