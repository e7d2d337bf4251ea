"""The headline plots as pictures that stand alone: SVG in a `data:` address, which Prefect's UI shows as it is."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from flows.report import names, page
from flows.report.page import Report

MOST_TOPICS = 6


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and what it shows in a sentence."""

    svg: str
    words: str

    @property
    def data_uri(self) -> str:
        """The picture as its own address."""
        return f"data:image/svg+xml;base64,{b64encode(self.svg.encode()).decode()}"


def headline(report: Report) -> dict[str, Picture]:
    """By artifact key: topics over time, and how late each bloc is; those only for which there is something to draw."""
    made = {}
    period = f"{names.long_day(report.scope.since)} to {names.long_day(report.scope.until)}"
    if report.topics.cards:
        cards = report.topics.cards[:MOST_TOPICS]
        svg = page.template("topics.svg.j2").render(cards=cards, period=period)
        made["digest-topics"] = Picture(svg, f"Topics over time, {period}: articles a day, coverage, bursts, gaps.")
    if report.blocs is not None:
        svg = page.template("blocs.svg.j2").render(section=report.blocs, period=period)
        said = f"{report.blocs.title}, {period}: how far each bloc is behind the first report of a story."
        made["digest-blocs"] = Picture(svg, said)
    return made
