"""What `wirewatch demo` shows of its wire: topics, the story by bloc, its events, and why an article has its tags."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import Connection, Engine

from extractors.errors import WirewatchError
from flows.commands import explain, trends
from flows.commands.output import GAP, Column, number, sparkline, table
from flows.gather import now
from models.queries import query
from models.settings import load
from models.trends import lines

DAYS = 60
"""What the wire covers."""
STORY = "russia-dprk-pact"
"""The topic whose story the wire tells."""
LATE = "china-state"
"""The bloc to watch in it."""
LANGUAGE = "en"
"""Of headlines and of the article shown, where there is a choice: the reader's."""
EVENTS = 5
SHOWN_TOPICS = 2
SHOWN_COPIES = 3
SHOWN_MATCHES = 5
_SQL = "SELECT started_at, sources, title FROM trends.stories ORDER BY 2 DESC LIMIT 5"


def show(out: Console, engine: Engine, home: Path) -> None:
    """Everything, in the order in which a newcomer asks for it."""
    out.print("\nWhat 60 days of this wire are about", style="bold")
    trends.show(out, engine, days=DAYS)
    with engine.connect() as db:
        _show_voices(out, db)
        _show_events(out, db)
        url = db.execute(query("topic_example"), {"topic": STORY, "language": LANGUAGE}).scalar()
    if url is None:
        raise WirewatchError(f"The demo has stored no article on {STORY}: see the funnel above for what went wrong.")
    _show_evidence(out, engine, url)
    _show_ways_on(out, home, url)


def _show_voices(out: Console, db: Connection) -> None:
    """The story by bloc: who spoke when, how much and at what length."""
    out.print("\nOne story: a signing, a surge, a second wave over soldiers, a quiet end", style="bold")
    found = lines(db, until=now().date(), days=DAYS, topic=STORY, by="bloc")
    daily = {trend.slice: [point.articles for point in trend.points] for trend in found}
    voices = list(db.execute(query("topic_voices"), {"topic": STORY}))
    room = min(DAYS, max(out.width - 52, 12))
    rows = [
        (voice.bloc, sparkline(daily[voice.bloc], width=room), _day(voice.first_day), number(voice.articles),
         number(voice.origins), number(voice.words))
        for voice in voices
    ]  # fmt: skip
    columns = [Column("bloc", least=18), Column(f"{STORY}, {DAYS} days"[:room]), Column("first on", "right"),
               Column("articles", "right"), Column("texts", "right"), Column("words", "right")]  # fmt: skip
    out.print(table(columns, rows, tight=True))
    out.print(_lateness(voices), style="dim")


def _lateness(voices: Sequence[Any]) -> str:
    """In words, what the table shows of the bloc to watch."""
    first = voices[0].first_day
    late = next((voice for voice in voices if voice.bloc == LATE), None)
    counts = f"texts: copies counted once; words: of the middle article; {GAP} no coverage."
    if late is None or late.first_day <= first:
        return counts
    return (
        f"{counts}\nChinese state media came {(late.first_day - first).days} days late, with "
        f"{number(late.articles)} of {number(sum(voice.articles for voice in voices))} articles of some "
        f"{number(late.words)} words."
    )


def _day(day: date) -> str:
    return f"{day:%d %b}"


def _show_events(out: Console, db: Connection) -> None:
    """The largest stories."""
    out.print("\nThe events that most outlets tell of, across all languages", style="bold")
    rows = [
        (_day(row.started_at), number(row.articles), number(row.origins), number(len(row.languages)), row.title)
        for row in db.execute(query("stories_largest"), {"limit": EVENTS, "language": LANGUAGE})
    ]
    columns = [Column("since"), Column("articles", "right"), Column("texts", "right"), Column("languages", "right"),
               Column("headline", elastic=True, least=20)]  # fmt: skip
    out.print(table(columns, rows))


def _show_evidence(out: Console, engine: Engine, url: str) -> None:
    """One article of the story, with the words that earned its strongest tags."""
    out.print("\nWhy an article has its tags", style="bold")
    found = explain.look_up(engine, url, explain.address_key(url))
    origin = found.origin and replace(found.origin, copies=found.origin.copies[:SHOWN_COPIES])
    shown = replace(found, origin=origin, topics=found.topics[:SHOWN_TOPICS])
    out.print(explain.report(shown, most=SHOWN_MATCHES))
    if len(found.topics) > SHOWN_TOPICS:
        others = ", ".join(tagged.topic for tagged in found.topics[SHOWN_TOPICS:])
        out.print(f"… and in the same way: {others}", style="dim")


def _show_ways_on(out: Console, home: Path, url: str) -> None:
    """Commands to copy."""
    wirewatch = shlex.join(program())
    elsewhere = "WIREWATCH_DATABASE_URL= " if load().database_url else ""
    here = f"{elsewhere}WIREWATCH_HOME={shlex.quote(str(home))} {wirewatch}"
    out.print("\nWhere to look next (the demo's database stays; these can be copied)", style="bold")
    for command, about in (
        (f"{here} trends {STORY} --days {DAYS}", "the story day by day; also --by bloc, --json, --csv"),
        (f"{here} alerts", "what stood out and was told; `alerts show 1` has its headlines and who was first"),
        (f"{here} report", "all of it as one page with plots, to open in a browser: wirewatch-report.html"),
        (f"{here} explain {shlex.quote(url)}", "the article above, all of its evidence and copies"),
        (f"{here} db psql -c {shlex.quote(_SQL)}", "the events in SQL; without -c, psql on all views"),
        (f"{here} serve --no-runs", "both runs in Prefect's UI, with their artifacts, until Ctrl-C"),
        (f"{wirewatch} run", "the world's feeds instead of the bundled wire: needs the network"),
    ):
        out.print(f"  {about}:", style="dim")
        out.print(f"    {command}", soft_wrap=True)


def program() -> list[str]:
    """How this program is called from here: by its name if the shell finds it, else by its path."""
    called = Path(sys.argv[0])
    if called.name != "wirewatch":
        return [sys.executable, "-m", "flows"]
    if shutil.which("wirewatch") == str(called):
        return ["wirewatch"]
    return [str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)]
