"""Cuts title and text into sentences, leaves out what is no prose, and says which concepts stand in which."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as kept
from itertools import pairwise
from string import ascii_uppercase
from typing import Literal

from topics.bundles import Hit

Field = Literal["title", "text"]
Place = Literal["title", "lead", "text", "deep"]
"""What `[fields]` of a taxonomy gives weights to."""

_BREAK = re.compile(
    r"""[.!?…。！？؟／\n;](?:  # one class first: the engine then skips from mark to mark
      (?<=[.!?…])[.!?…]*["'”’»)\]]*\s+(?=["'“‘«(\[¿¡]*[^\W\d_a-z])
    | (?<=[。！？؟／])[。！？؟]*["'”’」』）]*
    | (?<=[.!?…])["'”’]*\s*\n
    | (?<=\n)\s*
    | (?<=;)\s)""",
    re.VERBOSE,
)
_ABBREVIATED = (
    "Mr Mrs Ms Dr St Gen Lt Col Sen Rep Gov Prof No vs Jan Feb Aug Sept Oct Nov Dec Hr bzw ca Nr "
    "г гг им млн млрд тыс ул стр т д н э Sr Sra EE UU núm art mons"
)
_ABBREVIATION = re.compile(rf"(?:\b[A-ZА-Я]|\b(?:{_ABBREVIATED.replace(' ', '|')}))$")
_LAST = frozenset(word[-1] for word in _ABBREVIATED.split()).union(
    ascii_uppercase, "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", "\n"
)
"""What stands before the full stop of an abbreviation: asked first, as few words end so."""
_READ_ALSO = re.compile(
    r"\s*(?=[armstwylàчп相延推関あ관많이ا])"  # most lines begin otherwise, and need not be compared with each
    r"(?:read (?:also|more|next|this)|related (?:articles?|stories|news|topics?)|more (?:on this|from|stories)|"
    r"(?:more|related|also|watch):|"
    r"most read|see also|recommended|trending|you may (?:also )?like|lire aussi|à lire|lesen sie|mehr zum thema|"
    r"lea (?:también|más)|te puede|leia (?:também|mais)|leggi anche|читайте также|читать также|по теме|"
    r"相关(?:阅读|新闻|链接|報道|报道)|延伸阅读|延伸閱讀|相關新聞|推荐阅读|関連(?:記事|ニュース)|あわせて読みたい|"
    r"관련\s*기사|많이 본|이 시각|اقرأ أيضا|مواضيع ذات صلة)",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"""\s*(?:
      [A-Z][^\n()]{2,50}\((?:[A-Z][\w./ -]{1,25})\)\s*(?:--|[-–—:])   # London, May 3 (Reuters) -
    | [A-ZÀ-Þ]{3}[^\n.–—]{0,40}\s(?:--|[–—])\s                        # SEOUL, South Korea —
    | [А-ЯЁІЇЄ]{3}[^\n–—]{0,40}?[–—]\s*(?:РИА\ Новости|Sputnik|ТАСС|Интерфакс|/ТАСС/)?   # МОСКВА, 5 июн —
    | [(\[【][^)\]】\n]{2,20}=[^)\]】\n]{2,25}[)\]】]                    # (서울=연합뉴스)
    | 【[^】\n]{2,20}】                                               # 【北京時事】
    | (?:新华社|新華社|中新社|中新网|人民网|本报)[^\n，。,]{1,22}?(?:电|電|讯|訊|日)
    )""",
    re.VERBOSE,
)
"""Where and by whom a report was sent: a place there is no actor."""
_PROSE_ENDS = frozenset('.!?…。！？؟:：;,，、"”’»」』)）')
_BAR = re.compile(r" \| ")
_INSERTED = re.compile(r"(?<=[a-z][a-z])[A-Z](?:(?!\. [A-Z])[^\n]){20,500}? MORE\b")
"""Headlines that a page has put behind a name, without a blank: `Jane DoeMayor resigns Storm hits coast MORE`."""
_HEADLINE = 120
"""Characters that a headline between bars has at most."""
_LIST_LINES = 4
_LEAD_SENTENCES = 3
_DEEP = 1500
"""Characters after which a text is deep: some 250 words, or half as many characters in Chinese."""
_LONGEST = 1000
"""Characters after which a sentence without an end is cut: no writer says one thing in so many."""


@dataclass(slots=True)  # not frozen: that would double what one costs, and a text has dozens
class Passage:
    """The title, or one sentence of the text, with what was found in it."""

    field: Field
    start: int
    end: int
    place: Place
    mask: int
    hits: list[Hit]
    dense: bool = False
    """Whether it is written without blanks between the words."""
    below: int = 0
    """Characters of the text, where it is the title."""
    in_text: bool = False
    filling: dict[int, list[Hit]] = kept(default_factory=dict, compare=False, repr=False)
    """What was asked of it already: the hits that stand for any of some concepts."""

    @property
    def leads(self) -> bool:
        """Whether it is the title or one of the first sentences."""
        return self.place in {"title", "lead"}

    def of(self, mask: int) -> list[Hit]:
        """The hits that stand for any of these concepts; remembered, as rules ask for the same ones again."""
        filling = self.filling.get(mask)
        if filling is None:
            filling = self.filling[mask] = [hit for hit in self.hits if hit[2] & mask]
        return filling


_UNSPACED = re.compile("[\\u3040-\\u30ff\\u3400-\\u9fff]{4}")
_SAMPLE = 400
"""Characters that show which script a text is in."""


def passages(title: str, title_hits: Sequence[Hit], text: str, text_hits: Sequence[Hit]) -> list[Passage]:
    """The title first (always there), then those sentences of the text that hold hits, which come by their start."""
    found = [Passage("title", 0, len(title), "title", _mask(title_hits), list(title_hits), _dense(title), len(text))]
    if not text_hits:
        return found
    junk = iter([*_merged(_junk(text)), (len(text), len(text))])
    junk_start, junk_end = next(junk)
    bounds = [0, *_cuts(text), len(text)]
    dense = _dense(text[:_SAMPLE])
    deep = _DEEP // 2 if dense else _DEEP
    here, mask, hits = found[0], found[0].mask, found[0].hits
    end = until = 0
    for hit in text_hits:
        at = hit[0]
        if at >= until:
            while junk_end <= at:
                junk_start, junk_end = next(junk)
            if at >= junk_start:
                continue
            if at >= end:
                here.mask = mask
                number = bisect_right(bounds, at)
                start, end = bounds[number - 1], bounds[number]
                place: Place = "lead" if number <= _LEAD_SENTENCES else "deep" if start >= deep else "text"
                mask, hits = 0, []
                here = Passage("text", start, end, place, 0, hits, dense, 0, True, {})
                found.append(here)
            until = min(end, junk_start)
        mask |= hit[2]
        hits.append(hit)
    here.mask = mask
    return found


def leading(found: Sequence[Passage]) -> list[Passage]:
    """Of the passages of a text, the title and the first sentences."""
    return [passage for passage in found[: 1 + _LEAD_SENTENCES] if passage.leads]


def sentence_starts(text: str) -> list[int]:
    """Where the sentences of a text begin, in order."""
    return [0, *_cuts(text)]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places as spans that neither touch nor overlap, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _dense(text: str) -> bool:
    return not text.isascii() and _UNSPACED.search(text) is not None


def _mask(hits: Sequence[Hit]) -> int:
    mask = 0
    for _, _, stands_for, _ in hits:
        mask |= stands_for
    return mask


def _cuts(text: str) -> list[int]:
    cuts: list[int] = []
    last, stop = 0, len(text)
    for start, end in [found.span() for found in _BREAK.finditer(text)]:
        if end - last > _LONGEST:
            last = _pieces(last, end, cuts)
        # the letter before it is asked here, as hardly any full stop needs a closer look
        if end < stop and not (text[start] == "." and text[start - 1] in _LAST and _abbreviated(text, start)):
            cuts.append(end)
            last = end
    _pieces(last, stop, cuts)
    return cuts


def _pieces(last: int, end: int, cuts: list[int]) -> int:
    """Cut what is longer than any sentence; returns where the last piece begins."""
    while end - last > _LONGEST:
        last += _LONGEST
        cuts.append(last)
    return last


def _abbreviated(text: str, end: int) -> bool:
    """Whether the full stop at `end` is that of an abbreviation; none has five letters, as most words before one do."""
    if text[end - 1 : end] not in _LAST or (end >= 5 and text[end - 5 : end].isalpha()):
        return False
    return _ABBREVIATION.search(text, max(0, end - 6), end) is not None


def _piped(text: str) -> list[tuple[int, int]]:
    """Where headlines of other stories stand in the middle of a text, with bars between them."""
    bars = [found.start() for found in _BAR.finditer(text)]
    near = {bar for pair in pairwise(bars) if pair[1] - pair[0] < _HEADLINE for bar in pair}
    return [
        (max(0, text.rfind("\n", max(0, bar - _HEADLINE), bar), bar - _HEADLINE), bar + _HEADLINE)
        for bar in sorted(near)
    ]


def _junk(text: str) -> list[tuple[int, int]]:
    """Spans that are no prose: the dateline, headlines between bars or behind a name, and lists."""
    dateline = _DATELINE.match(text)
    spans: list[tuple[int, int]] = [dateline.span()] if dateline else []
    if " | " in text:
        spans += _piped(text)
    if " MORE" in text:
        spans += [found.span() for found in _INSERTED.finditer(text)]
    return spans + _lists(text) if "\n" in text else spans


def _lists(text: str) -> list[tuple[int, int]]:
    """Runs of short lines without an end, and what follows "read also"."""
    spans: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    start, tail = 0, False
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        bare = line.rstrip()
        short = len(line) < (140 if line.isascii() else 90) and bare[-1:] not in _PROSE_ENDS
        if _READ_ALSO.match(line):
            tail = True
            spans.append((start, end))
        elif tail and (short or not bare):
            spans.append((start, end))
        else:
            tail = False
        if bare and short:
            run.append((start, end))
        elif bare:
            run.clear()
        if len(run) == _LIST_LINES:
            spans.append((run[0][0], end))
        elif len(run) > _LIST_LINES:
            spans.append((start, end))
        start = end
    return spans
