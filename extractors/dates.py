"""Dates as feeds and pages write them, turned into aware UTC.

Written for what newsrooms really send: RFC 822 with anything missing, ISO 8601 in all its forms, names of months in
the languages of our sources, East Asian dates, times with no zone. What leaves the day open (`2026`, `September 2026`)
is no date: a wrong day is worse than none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=1)
"""Clocks differ; more than this in the future is a mistake or an announcement."""

# Where a name means several zones (CST, IST, BST), the one that feeds in our catalogue mean.
_ZONES = {
    name: minutes
    for names, minutes in (
        ("z ut utc gmt wet", 0), ("bst cet met mez west wat", 60), ("cest mest mesz eet cat sast", 120),
        ("eest msk idt trt eat мск", 180), ("gst samt", 240), ("pkt uzt yekt", 300), ("ist", 330), ("omst", 360),
        ("ict wib krat", 420), ("hkt sgt awst irkt pht", 480), ("kst jst yakt", 540), ("aest vlat", 600),
        ("aedt magt", 660), ("nzst", 720), ("nzdt", 780), ("adt", -180), ("ast edt", -240), ("est cdt", -300),
        ("cst mdt", -360), ("mst pdt", -420), ("pst akdt", -480), ("akst", -540), ("hst", -600), ("brt art", -180),
    )
    for name in names.split()
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene gennaio gen janeiro янв января январь січ січня",
            "feb february februar février févr fév febrero febbraio fevereiro fev фев февраля февраль лют лютого",
            "mar march märz mär mrz mars marzo março мар марта март бер березня",
            "apr april avril avr abril abr aprile апр апреля апрель квіт кві квітня",
            "may mai mayo maggio mag maio мая май трав тра травня",
            "jun june juni juin junio giugno giu junho июн июня июнь черв чер червня",
            "jul july juli juillet juil julio luglio lug julho июл июля июль лип липня",
            "aug august août aout agosto ago серп сер серпня авг августа август",
            "sep sept september septembre septiembre settembre set setembro сен сент сентября сентябрь вер вересня",
            "oct october oktober okt octobre octubre ottobre ott outubro out окт октября октябрь жовт жов жовтня",
            "nov november novembre noviembre novembro ноя ноября ноябрь лист лис листопада",
            "dec december dezember dez décembre déc diciembre dic dicembre dezembro дек декабря декабрь груд грудня",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_TIME = r"""(?P<hour>\d{1,2}) [:.] (?P<minute>\d{2}) (?: [:.] (?P<second>\d{2}) (?: [.,] (?P<fraction>\d+) )? )?
    (?: \s* (?P<half>[ap]) \.? m \.? (?![a-z]) )?"""
_ZONE = r"(?: \s* (?P<zone> (?: (?:gmt|utc|ut) \s* )? [+\-−] \s* \d{1,2} :? \d{0,2} | [a-zа-я]{1,5} ) )?"
_WORD = r"[^\W\d_]+"

# 2026-09-27T19:00:00.123+09:00 · 2026/9/27 19:00 · 2026. 9. 27. 19:00 · 2026-09-27
_YEAR_FIRST = rf"""(?P<year>\d{{4}}) \s* [\-/.] \s* (?P<month>\d{{1,2}}) \s* [\-/.] \s* (?P<day>\d{{1,2}}) \.?
    (?: (?: \s* t \s* | [\s,]+ | : ) {_TIME} {_ZONE} )?"""
# 20260927T190000Z · 20260927 · 20260927190000
_COMPACT = rf"""(?P<year>\d{{4}}) (?P<month>\d{{2}}) (?P<day>\d{{2}})
    (?: [t\s]? (?P<hour>\d{{2}}) (?P<minute>\d{{2}}) (?P<second>\d{{2}})? {_ZONE} )?"""
# Sun, 27 Sep 2026 19:00:00 +0900 · 27. September 2026, 19:00 Uhr · domingo, 27 de septiembre de 2026
_DAY_FIRST = rf"""(?: {_WORD} \.? [\s,]* )? (?P<day>\d{{1,2}}) (?:st|nd|rd|th|er)? [.\s\-/]* (?:de\s+)?
    (?P<name>{_WORD}) \.? [,\s\-/]* (?:de\s+)? (?P<year>\d{{4}}|\d{{2}}) (?: \s* [гр] \.? )?
    (?: [\s,]+ (?: (?:at|um|à|в|о) \s+ )? {_TIME} (?: \s* uhr )? {_ZONE} )?"""
# September 27, 2026 7:00 PM EST · Sunday, Sep 27 2026
_MONTH_FIRST = rf"""(?: {_WORD} \.? [\s,]+ )? (?P<name>{_WORD}) \.? \s+ (?P<day>\d{{1,2}}) (?:st|nd|rd|th)? [,\s]+
    (?P<year>\d{{4}}) (?: [\s,\-–]+ (?:at\s+)? {_TIME} {_ZONE} )?"""
# Sun Sep 27 19:00:00 KST 2026
_YEAR_LAST = rf"""{_WORD} \s+ (?P<name>{_WORD}) \s+ (?P<day>\d{{1,2}}) \s+ {_TIME} \s+
    (?: (?P<zone>[a-z]{{1,5}}|[+\-]\d{{4}}) \s+ )? (?P<year>\d{{4}})"""
# 27.09.2026 19:00 · 27 09 2026 · 09/27/2026 7:00 PM
_NUMBERS = rf"""(?P<first>\d{{1,2}}) (?P<mark>[./\-\s]) \s* (?P<other>\d{{1,2}}) [./\-\s] \s* (?P<year>\d{{4}})
    (?: [\s,]+ {_TIME} {_ZONE} )?"""
# 2026年9月27日 19時00分 · 2026년 9월 27일 (일) 오후 7:00
_EAST_ASIAN = rf"""(?P<year>\d{{4}}) \s* [年년] \s* (?P<month>\d{{1,2}}) \s* [月월] \s* (?P<day>\d{{1,2}})
    \s* [日号號일]? \s* (?: [(（] [^)）]* [)）] )? \s*
    (?: (?P<east>上午|下午|午前|午後|오전|오후)? \s* (?P<hour>\d{{1,2}}) \s* [:：時时點点시]
    \s* (?P<minute>\d{{1,2}})? \s* [:：分분]? \s* (?P<second>\d{{1,2}})? \s* [秒초]? {_ZONE} )?"""
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.VERBOSE)
    for form in (_YEAR_FIRST, _DAY_FIRST, _COMPACT, _MONTH_FIRST, _YEAR_LAST, _NUMBERS, _EAST_ASIAN)
)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")
_FULL_DAY = r"(?P<year>199\d|20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
_IN_URL = (
    re.compile(r"(?<!\d)(?P<year>199\d|20\d\d)([/\-_.])(?P<month>0?[1-9]|1[0-2])\2(?P<day>0?[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>199\d|20\d\d)[/\-_]?(?P<month>0[1-9]|1[0-2])/(?P<day>0[1-9]|[12]\d|3[01])(?=/)"),
    re.compile(r"(?<!\d)(?P<year>199\d|20\d\d)/(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=[/_\-])"),
    re.compile(r"(?<!\d)" + _FULL_DAY + r"(?!\d)"),
    re.compile(r"(?<=[A-Za-z])" + _FULL_DAY + r"(?=\d{5,12}(?!\d))"),
)
# Languages and countries whose clocks agree: a time that names no zone is taken for theirs.
_LANGUAGE_HOURS = {"ko": 9, "ja": 9, "zh": 8}
_COUNTRY_HOURS = {"kr": 9, "kp": 9, "jp": 9, "cn": 8, "tw": 8, "hk": 8, "mo": 8, "sg": 8, "my": 8, "ph": 8, "vn": 7}


@lru_cache(maxsize=8_192)
def parse(text: str, *, zone: tzinfo = UTC) -> datetime | None:
    """The instant that `text` writes, in UTC, or None when it writes no day of the calendar.

    A time without a zone is taken to be in `zone` (see `local_zone`), a day without a time for its first moment there.
    Never raises. `09/10/2026` is read month first, `09.10.2026` day first.
    """
    text = " ".join(text[:120].split())
    if _EPOCH.fullmatch(text):
        seconds = float(text) / (1000 if len(text.partition(".")[0]) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    for form in _FORMS:
        found = form.fullmatch(text)
        moment = _moment({name: value or "" for name, value in found.groupdict().items()}, zone) if found else None
        if moment is not None:
            return moment
    return None


def from_url(url: str) -> datetime | None:
    """The day an address carries in its path (`/2026/09/27/`, `/20260927…`, `/202609/27/`), as its midnight in UTC."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    for form in _IN_URL:
        found = form.search(path)
        if found:
            try:
                return datetime(int(found["year"]), int(found["month"]), int(found["day"]), tzinfo=UTC)
            except ValueError:
                continue
    return None


def believable(moment: datetime, now: datetime) -> bool:
    """Whether a publication time can be true: from 1990 to an hour after `now`."""
    return EARLIEST <= moment <= now + AHEAD


def local_zone(*, language: str | None = None, host: str = "") -> tzinfo:
    """The zone that an outlet means when it names none: by its country's domain, else its language, else UTC."""
    country = host.partition(":")[0].rpartition(".")[2].lower()
    hours = _COUNTRY_HOURS.get(country) or _LANGUAGE_HOURS.get((language or "")[:2].lower(), 0)
    return timezone(timedelta(hours=hours)) if hours else UTC


def _moment(parts: dict[str, str], zone: tzinfo) -> datetime | None:
    day = _day(parts)
    if day is None:
        return None
    hour = int(parts.get("hour") or 0)
    half = parts.get("half", "").lower() or {"上午": "a", "午前": "a", "오전": "a"}.get(parts.get("east", ""), "")
    half = half or ("p" if parts.get("east") else "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    named = _zone(parts.get("zone", ""))
    try:
        moment = datetime(*day, tzinfo=named or zone) + timedelta(days=1 if hour == 24 else 0)
        return moment.replace(
            hour=hour % 24 if hour <= 24 else hour,
            minute=int(parts.get("minute") or 0),
            second=min(int(parts.get("second") or 0), 59),  # leap seconds
            microsecond=int((parts.get("fraction") or "0")[:6].ljust(6, "0")),
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(parts: dict[str, str]) -> tuple[int, int, int] | None:
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 69 else 1900
    if parts.get("name"):
        month = _MONTHS.get(parts["name"].lower())
        return None if month is None else (year, month, int(parts["day"]))
    if "first" in parts:
        first, other = int(parts["first"]), int(parts["other"])
        month_first = other > 12 or (parts["mark"] == "/" and first <= 12)
        return (year, first, other) if month_first else (year, other, first)
    return year, int(parts["month"]), int(parts["day"])


def _zone(text: str) -> tzinfo | None:
    """A zone by name or offset; an unknown name is no zone."""
    text = text.lower().replace("−", "-")
    found = re.search(r"([+-])\s*(\d{1,2}):?(\d{2})?$", text)
    if found:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes < 1440 else None
    named = _ZONES.get(text)
    return None if named is None else timezone(timedelta(minutes=named))
