"""A page in, an article or the reason why it is none out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from extractors import (
    aggregators,
    byline,
    dates,
    encoding,
    furniture,
    grade,
    language,
    markup,
    metadata,
    published,
    text,
    title,
    urls,
)
from extractors import body as article_body
from extractors.grade import Signs, Verdict
from extractors.metadata import Metadata
from extractors.published import Habits
from extractors.records import Article, Entry, Grade, Reason, Rejected

_HTML = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/octet-stream"})
"""Types under which pages come; servers that know no better say octet-stream, or nothing."""
_PLAIN = frozenset({"text/plain"})
_SEEN_AT_MOST = 6_000
"""Characters of a page that are searched for walls."""
_COLLECTIONS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    url: str
    final_url: str
    entry: Entry | None
    language_hint: str | None
    now: datetime

    def reject(self, reason: Reason, detail: str = "", canonical_url: str | None = None) -> Rejected:
        return Rejected(url=self.url, reason=reason, detail=detail, canonical_url=canonical_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What a page yielded, before it is judged."""

    said: Metadata
    text: str
    method: str
    visible: str = ""


_NOTHING = _Reading(said=Metadata(), text="", method="")


def read(
    body: bytes,
    *,
    url: str,
    final_url: str,
    content_type: str,
    entry: Entry | None,
    language_hint: str | None,
    now: datetime,
) -> Article | Rejected:
    """The article on a page whose inflated bytes are `body`, or the reason why there is none. Never raises.

    `url` is the address asked, `final_url` the one that answered, `entry` what a feed announced of it. `language_hint`
    is the source's language, for texts too short to tell. `now` bounds what publication times are believed.
    """
    request = _Request(url=url, final_url=final_url, entry=entry, language_hint=language_hint, now=now)
    if aggregators.is_consent(final_url):
        return request.reject(Reason.CONSENT_WALL, urls.host(final_url))
    if aggregators.is_closed(final_url):
        return request.reject(Reason.UNRESOLVED, urls.host(final_url))
    try:
        reading = _read(body, content_type, request)
        return reading if isinstance(reading, Rejected) else _judge(reading, request)
    except Exception as error:  # noqa: BLE001 -- no page may cost its batch, whatever libraries make of it
        return request.reject(Reason.READER_ERROR, f"{type(error).__name__}: {error}"[:200])


def _read(body: bytes, content_type: str, request: _Request) -> _Reading | Rejected:
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _HTML and kind not in _PLAIN:
        return request.reject(Reason.WRONG_TYPE, kind[:80])
    if not body.strip():
        return _NOTHING
    if encoding.is_binary(body):
        return request.reject(Reason.UNREADABLE, "binary data")
    decoded = encoding.decode(body, content_type)
    if kind in _PLAIN:
        return _Reading(said=Metadata(), text=text.paragraphs(decoded[: markup.LONGEST]), method="plain")
    tree = markup.parse(decoded)
    if tree is None:
        return _NOTHING
    said = metadata.read(tree)
    found, method = article_body.read(tree, linked=said.body)
    found = text.paragraphs(found)
    return _Reading(said=said, text=found, method=method, visible=_visible(tree) if grade.may_be_wall(found) else "")


def _visible(tree: HtmlElement) -> str:
    return " ".join(tree.text_content()[: 20 * _SEEN_AT_MOST].split())[:_SEEN_AT_MOST]


def _judge(reading: _Reading, request: _Request) -> Article | Rejected:
    said, entry = reading.said, request.entry
    host = urls.host(request.final_url)
    headline = title.choose(said, announced=entry.title if entry else "", host=host)
    verdict = grade.judge(reading.text, _signs(reading, headline))
    verdict = _cleaned(verdict, headline)
    method = reading.method
    if verdict.grade in {None, Grade.TEASER} and entry is not None:
        given = _from_feed(entry, headline)
        if given.grade is not None and (verdict.grade is None or text.weight(given.text) > text.weight(verdict.text)):
            verdict, method = given, "feed"
            headline = text.line(entry.title) or headline
    canonical, syndicated = _addresses(said, request.final_url)
    if verdict.grade is None:
        if reading is _NOTHING:
            return request.reject(Reason.EMPTY, canonical_url=canonical)
        return request.reject(verdict.reason or Reason.TOO_SHORT, verdict.detail, canonical)
    spoken = language.detect(verdict.text, page=said.language, source=_source_language(request))
    habits = Habits(zone=dates.local_zone(language=spoken, host=host), day_first=spoken not in {None, "en"})
    when = published.choose(said.dates, entry=entry, url=request.final_url, habits=habits, now=request.now)
    return Article(
        url=request.url,
        canonical_url=canonical,
        title=headline,
        text=verdict.text,
        authors=byline.names(said.authors or (entry.authors if entry else ())),
        published_at=when.at,
        published_from=when.origin,
        language=spoken,
        grade=verdict.grade,
        method=method,
        syndicated_from=syndicated,
    )


def _signs(reading: _Reading, headline: str) -> Signs:
    said = reading.said
    is_article = metadata.names_article(said.kinds)
    listing = not is_article and not said.kinds.isdisjoint(_COLLECTIONS)
    shown = "\n".join((*said.headings[:1], *said.titles[-1:], headline))
    return Signs(title=shown, visible=reading.visible, free=said.free, article=is_article, listing=listing)


def _cleaned(verdict: Verdict, headline: str) -> Verdict:
    """The verdict over the text without furniture, if enough of it is left."""
    if verdict.grade is None:
        return verdict
    clean = furniture.clean(verdict.text, title=headline)
    if text.weight(clean) < grade.SHORTEST:
        return Verdict(text=clean, reason=Reason.TOO_SHORT)
    return Verdict(text=clean, grade=verdict.grade)


def _from_feed(entry: Entry, headline: str) -> Verdict:
    """The feed's own text: its content as it is graded, its summary as a teaser; no grade when both say too little."""
    content = _cleaned(grade.judge(text.paragraphs(markup.prose(entry.content_html)), Signs()), headline)
    if content.grade is not None:
        return content
    summary = _cleaned(grade.judge(text.paragraphs(entry.summary), Signs()), headline)
    return Verdict(text=summary.text, grade=Grade.TEASER) if summary.grade is not None else summary


def _source_language(request: _Request) -> str:
    return (request.entry.language if request.entry is not None else None) or request.language_hint or ""


def _addresses(said: Metadata, final_url: str) -> tuple[str, str | None]:
    """The address to keep the article under, and one on another site that the page says it has the article from."""
    own = urls.canonical(final_url) or final_url
    elsewhere: str | None = None
    for written in (said.canonical, said.og_url):
        named = urls.canonical(urls.absolute(final_url, written) or "") if written else None
        if named is None or urls.refusal(named) is not None:
            continue
        if urls.site(own) and urls.site(named) != urls.site(own):
            elsewhere = elsewhere or named
        elif not _is_section(named, own):
            return named, elsewhere
    return own, elsewhere


def _is_section(named: str, own: str) -> bool:
    """Whether an address is a page above the article's own: a section, the home page of a language."""
    above, below = urlsplit(named), urlsplit(own)
    if above.path == below.path:
        return bool(below.query) and not above.query and above.path.rpartition("/")[2].count("-") < 3
    last = above.path.rstrip("/").rpartition("/")[2]
    article_like = any(letter.isdigit() for letter in last) or last.count("-") >= 3
    return below.path.startswith(above.path.rstrip("/") + "/") and not article_like
