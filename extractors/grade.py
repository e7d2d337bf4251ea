"""Whether a text is an article, how much of one, or which kind of wall stands before it.

Walls are told by what they say, in the languages of our sources, and only on pages with little else: an article about
cookies, captchas or subscriptions is an article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors import walls
from extractors.records import Grade, Reason
from extractors.text import weight

SHORTEST = 200
"""Weight below which a text is no article."""
_TEASER = 700
"""Weight below which a text that goes on elsewhere is a mere teaser."""
_LITTLE = 1_600
"""Weight up to which a page may be a wall, and a text no more than the part before one."""

_SENTENCE = re.compile(r"""[.!?。！？…؟।][^\w\s]*$""")
_UNFINISHED = re.compile(
    r"""(?: (?P<last>[.!?。！？])? \s* \[? (?: … | \.{3} | \+\d+[ ]chars ) \]? \s*
            (?: read[ ]more | more | weiterlesen | lire[ ]la[ ]suite | leer[ ]más | leia[ ]mais
              | читать[ ]далее | 더[ ]?보기 | 阅读全文 | 続きを読む )? [\s»>→]*
          | \b (?: continue[ ]reading | read[ ]the[ ]full[ ](?:story|article) ) \b .{0,80} ) $""",
    re.IGNORECASE | re.VERBOSE,
)
"""A text that breaks off, or says where it goes on."""
_WALLS = (
    (Reason.BOT_WALL, walls.BOT_TITLE, walls.BOT),
    (Reason.SOFT_404, walls.MISSING_TITLE, walls.MISSING),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A grade, or the reason why this is no article; and the text without the lines that told so."""

    text: str
    grade: Grade | None = None
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What else the page shows."""

    title: str = ""
    visible: str = ""
    """All words on the page, or as many as a wall can have; empty where the text is long."""
    free: bool | None = None
    """What the page says of itself (`isAccessibleForFree`)."""
    article: bool = False
    """The page calls itself an article."""
    listing: bool = False
    """The page calls itself a collection and nothing on it an article."""


def judge(text: str, signs: Signs) -> Verdict:
    """Judges the paragraphs found on a page."""
    lines = text.split("\n") if text else []
    kept = [line for at, line in enumerate(lines) if not (_at_edge(at, len(lines)) and _is_prompt(line))]
    prompted = len(kept) < len(lines)
    body = "\n".join(kept)
    if weight(text) < _LITTLE:
        reason, detail = _wall(body, signs)
        if reason is not None:
            return Verdict(text="", reason=reason, detail=detail)
        prompted = prompted or bool(walls.PAYWALL.search(signs.visible)) or signs.free is False
    if weight(body) < SHORTEST:
        return Verdict(text=body, reason=_too_little(body, prompted, signs))
    if _is_list(kept, signs):
        return Verdict(text=body, reason=Reason.NOT_AN_ARTICLE, detail="a list of headlines")
    unfinished = _UNFINISHED.search(body) is not None
    if prompted or unfinished:
        body = _UNFINISHED.sub(lambda end: end["last"] or "", body).rstrip() if unfinished else body
        return Verdict(text=body, grade=Grade.TEASER if weight(body) < _TEASER else Grade.PARTIAL)
    return Verdict(text=body, grade=Grade.FULL)


def may_be_wall(text: str) -> bool:
    """Whether so little was found that the rest of the page is worth a look (`Signs.visible`)."""
    return weight(text) < _LITTLE


def _wall(body: str, signs: Signs) -> tuple[Reason | None, str]:
    little = weight(signs.visible) < 2 * _LITTLE
    for reason, titles, phrases in _WALLS:
        found = titles.search(signs.title) or (phrases.search(signs.visible) if little else "")
        if found and (little or weight(body) < SHORTEST):
            return reason, found[:100]
    about_cookies = sum(weight(line) for line in body.split("\n") if walls.COOKIES.search(line))
    if body and 2 * about_cookies > weight(body):
        return Reason.CONSENT_WALL, "the text is about cookies"
    if weight(body) < SHORTEST and walls.CONSENT.search(signs.visible):
        return Reason.CONSENT_WALL, "asks for consent"
    return None, ""


def _too_little(body: str, prompted: bool, signs: Signs) -> Reason:
    if prompted:
        return Reason.PAYWALL
    if signs.listing:
        return Reason.NOT_AN_ARTICLE
    return Reason.TOO_SHORT if body or signs.visible else Reason.EMPTY


def _at_edge(at: int, count: int) -> bool:
    """Prompts stand where the text breaks off, or before it begins."""
    return at < 2 or at >= count - 6


def _is_prompt(line: str) -> bool:
    return weight(line) < 400 and bool(walls.PAYWALL.search(line))


def _is_list(lines: list[str], signs: Signs) -> bool:
    """Headlines and labels, not sentences in paragraphs."""
    longest = max(map(weight, lines))
    if longest >= 300:
        return False
    sentences = sum(weight(line) for line in lines if _SENTENCE.search(line))
    whole = sum(map(weight, lines))
    if signs.listing:
        return sentences < 0.7 * whole
    return len(lines) >= 8 and sentences < 0.05 * whole and longest < 150 and not signs.article
