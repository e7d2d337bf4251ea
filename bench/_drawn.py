"""The plot of a simulated week, as an SVG made by hand: states, intervals, polls."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from xml.sax.saxutils import escape

from tests.simulated import Poll, Site

WIDTH, LEFT, RIGHT, ROW = 1300, 170, 110, 3
COLOURS = {
    "new": "#dddddd", "ok": "#2a9d4a", "unchanged": "#a9d8a3", "empty": "#c9b458", "undated": "#8f6bb3",
    "moved": "#3b7dd8", "blocked": "#e68613", "gone": "#222222", "broken": "#d62f2f", "parked": "#7d1f1f",
}  # fmt: skip
KINDS_DRAWN = ("agency", "daily", "regional", "ministry", "think tank")
LINES = ("#1b3a6b", "#2a9d4a", "#e68613", "#8f6bb3", "#d62f2f")


class _Sheet:
    """Marks on a sheet whose x axis is time."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end, self.parts, self.top = start, end, list[str](), 0.0

    def x(self, at: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((min(at, self.end) - self.start) / (self.end - self.start))

    def text(
        self, x: float, y: float, words: str, *, size: int = 11, anchor: str = "start", fill: str = "#222"
    ) -> None:
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}">'
            f"{escape(words)}</text>"
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>')

    def line(self, points: Sequence[tuple[float, float]], colour: str, *, width: float = 1.5) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')

    def heading(self, words: str) -> None:
        self.top += 34
        self.text(LEFT, self.top - 8, words, size=14)

    def days(self, height: float) -> None:
        """Lines at midnight over the next `height` pixels, with the days' names below."""
        day = self.start
        while day <= self.end:
            self.line([(self.x(day), self.top), (self.x(day), self.top + height)], "#bbb", width=0.6)
            if day < self.end:
                self.text(self.x(day + timedelta(hours=12)), self.top + height + 13, f"{day:%a}", anchor="middle")
            day += timedelta(days=1)
        self.top += height + 18

    def svg(self) -> str:
        height = self.top + 20
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" font-family="sans-serif">'
            f'<rect width="100%" height="100%" fill="white"/>{"".join(self.parts)}</svg>\n'
        )


def week(sites: Sequence[Site], polls: Sequence[Poll], *, start: datetime, end: datetime) -> str:
    """The whole plot."""
    sheet = _Sheet(start, end)
    by_site: dict[str, list[Poll]] = defaultdict(list)
    for poll in polls:
        by_site[poll.site.name].append(poll)
    _states(sheet, sites, by_site)
    _intervals(sheet, polls)
    _hours(sheet, sites, polls)
    return sheet.svg()


def _states(sheet: _Sheet, sites: Sequence[Site], by_site: dict[str, list[Poll]]) -> None:
    """A row a feed; a kind with few feeds gets higher rows, to be seen at all."""
    sheet.heading("State of each feed, from poll to poll (a tick is a poll of a feed in trouble)")
    for place, (state, colour) in enumerate(COLOURS.items()):
        sheet.box(LEFT + place * 95, sheet.top, 11, 11, colour)
        sheet.text(LEFT + place * 95 + 15, sheet.top + 10, state)
    sheet.top += 20
    y = sheet.top
    for kind, group in groupby(sites, key=lambda site: site.kind):
        some = list(group)
        row = ROW if kind in KINDS_DRAWN else 9
        sheet.text(LEFT - 8, y + row * len(some) / 2 + 4, f"{kind} ({len(some)})", anchor="end")
        for site in some:
            mine = by_site[site.name]
            for poll, until in zip(mine, [*(later.at for later in mine[1:]), sheet.end], strict=True):
                x = sheet.x(poll.at)
                sheet.box(x, y, sheet.x(until) - x + 0.2, row - 0.3, COLOURS[poll.state.value])
                if row > ROW:
                    sheet.line([(x, y + row - 3), (x, y + row - 0.3)], "#fff", width=0.8)
            y += row
        y += 3
    sheet.days(y - sheet.top)


def _intervals(sheet: _Sheet, polls: Sequence[Poll]) -> None:
    """Median of the learned interval, by kind, hour by hour, on a logarithmic scale."""
    sheet.heading("Learned interval: the median of a kind")
    height, least, most = 190.0, math.log(10), math.log(720)
    y = lambda minutes: sheet.top + height * (1 - (math.log(minutes) - least) / (most - least))  # noqa: E731
    for minutes, label in ((10, "10 min"), (30, "30 min"), (60, "1 h"), (180, "3 h"), (360, "6 h"), (720, "12 h")):
        sheet.line([(LEFT, y(minutes)), (WIDTH - RIGHT, y(minutes))], "#e4e4e4", width=0.8)
        sheet.text(LEFT - 8, y(minutes) + 4, label, anchor="end")
    ends: list[tuple[float, str, str]] = []
    for kind, colour in zip(KINDS_DRAWN, LINES, strict=True):
        now: dict[str, int] = {}
        points, mine, hour = [], [poll for poll in polls if poll.site.kind == kind], sheet.start
        while hour < sheet.end:
            hour += timedelta(hours=1)
            while mine and mine[0].at < hour:
                poll = mine.pop(0)
                now[poll.site.name] = poll.interval
            points.append((sheet.x(hour), y(statistics.median(now.values()))))
        sheet.line(points, colour, width=2)
        ends.append((points[-1][1] + 4, kind, colour))
    lowest = sheet.top - 12
    for end, kind, colour in sorted(ends):
        lowest = max(end, lowest + 12)  # names of lines that end together stand below each other
        sheet.text(WIDTH - RIGHT + 6, lowest, kind, fill=colour)
    sheet.days(height)


def _hours(sheet: _Sheet, sites: Sequence[Site], polls: Sequence[Poll]) -> None:
    """Polls an hour, by what they brought, and articles published meanwhile."""
    sheet.heading("Polls an hour: with news, nothing new, failed; line: articles published")
    height, hours = 160.0, round((sheet.end - sheet.start) / timedelta(hours=1))
    counts = [[0, 0, 0] for _ in range(hours)]
    for poll in polls:
        brought = 2 if poll.outcome == "failed" else 0 if poll.new else 1
        counts[int((poll.at - sheet.start) / timedelta(hours=1))][brought] += 1
    published = [0] * hours
    for at in (at for site in sites for at in site.published if sheet.start <= at < sheet.end):
        published[int((at - sheet.start) / timedelta(hours=1))] += 1
    # On the first day every feed is new, and a flood is a flood: neither decides the scale.
    most = max(sum(some) for some in counts[24:] or counts)
    top = sorted(published)[-3]
    wide = (WIDTH - LEFT - RIGHT) / hours
    for hour, some in enumerate(counts):
        base = sheet.top + height
        for number, colour in zip(some, ("#2a9d4a", "#a9d8a3", "#d62f2f"), strict=True):
            part = min(height * number / most, base - sheet.top)
            base -= part
            sheet.box(LEFT + hour * wide, base, wide - 0.8, part, colour)
    line = [(LEFT + (h + 0.5) * wide, sheet.top + height * (1 - min(n / top, 1.0))) for h, n in enumerate(published)]
    sheet.line(line, "#1b3a6b", width=1.2)
    sheet.text(LEFT - 8, sheet.top + 10, f"{most} polls", anchor="end")
    sheet.text(WIDTH - RIGHT + 6, sheet.top + 10, f"{top} articles", fill="#1b3a6b")
    sheet.days(height)
