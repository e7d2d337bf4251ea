"""Words for what the data call by a code: blocs, languages, grades, spans of time."""

from __future__ import annotations

from datetime import date, datetime

from babel import Locale, UnknownLocaleError

BLOCS = {
    "western": "the Western press",
    "western-state": "Western public and state broadcasters",
    "china-state": "China’s state media",
    "china-hk": "the press of Hong Kong",
    "russia-state": "Russia’s state media",
    "russia-private": "Russia’s private press",
    "russia-independent": "Russia’s independent press",
    "dprk-state": "North Korea’s state media",
    "dprk-watchers": "those who watch North Korea",
    "rok": "South Korea’s press",
    "japan": "Japan’s press",
    "taiwan": "Taiwan’s press",
    "ukraine": "Ukraine’s press",
    "asia-pacific": "the press of Asia and the Pacific",
    "gulf": "the press of the Gulf",
    "international": "international organisations",
    "other": "other outlets",
}
LATE_HOURS = 12.0
"""Behind the first report, from which a bloc is called late."""
GRADES = {
    "ok": "complete",
    "thin": "thin: less than on 99 days in 100",
    "dark": "dark: too little to compare",
    "unknown": "cannot be graded",
    "none": "nothing was collected",
}


def bloc(slug: str) -> str:
    """As in the middle of a sentence; a bloc that is not known here by its slug."""
    return BLOCS.get(slug, f"the bloc “{slug}”")


def capital(words: str) -> str:
    """As at the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def language(code: str) -> str:
    """`Chinese` for `zh`; a code that is none as it is."""
    if code == "und":
        return "undetermined"
    try:
        return Locale("en").languages.get(code) or Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def day(on: date) -> str:
    """`17 Oct`."""
    return f"{on.day} {on:%b}"


def long_day(on: date) -> str:
    """`17 October 2026`."""
    return f"{on.day} {on:%B %Y}"


def instant(at: datetime) -> str:
    """`17 Oct 03:25`, in UTC."""
    return f"{at.day} {at:%b %H:%M}"


def hours(lag: float | None) -> str:
    """`40 min`, `6 h`, `3.2 days`."""
    if lag is None:
        return "–"
    if lag <= 0:
        return "first"
    if lag < 1:
        return f"{max(round(lag * 60), 1)} min"
    return f"{lag:.0f} h" if lag < 72 else f"{lag / 24:.1f} days"


def chance(p: float) -> str:
    """`p = 0.003`, `p < 0.0001`."""
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"


def usual(expected: float | None) -> str:
    """`24.3`, `0.02`, or a dash for None."""
    if expected is None:
        return "–"
    return f"{expected:,.1f}" if expected >= 1 else f"{expected:.2f}"


def several(count: int, noun: str) -> str:
    """`1 article`, `1,234 articles`."""
    plural = f"{noun[:-1]}ies" if noun.endswith(("ry", "ly")) else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
