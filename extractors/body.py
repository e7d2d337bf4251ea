"""The text of an article out of its page: a quick scan, and trafilatura wherever the scan is not sure of itself.

On pages where the article is nearly all the prose there is, the scan is as good as trafilatura and six times as fast.
Elsewhere trafilatura's fast mode decides, unless the two disagree: then its full cascade does.
"""

from __future__ import annotations

from collections import Counter

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from extractors.scan import scan
from extractors.text import weight

_AGREED = 0.6
"""Likeness of two extractions above which neither can be badly wrong; .5 to .8 make no difference."""
_SAME = 0.95
_FAST = Extractor(output_format="python", fast=True, comments=False)
# Neither balanced nor for recall or precision: without the retry in recall mode, which costs a quarter of the time on
# the pages that need it least. Where the fast mode fails, the full one is asked anyway.
_FAST.focus = "unhurried"
_FULL = Extractor(output_format="python", fast=False, comments=False)


def read(tree: HtmlElement, *, linked: str) -> tuple[str, str]:
    """The text and the name of the method that found it; `linked` is the body that the page's JSON-LD carries.

    Takes scripts, styles and the like out of `tree`.
    """
    _strip(tree)
    look = scan(tree)
    if look.sure or (linked and likeness(look.text, linked) >= _SAME):
        return _with_linked(look.text, "scan", linked)
    links = _links(tree)
    text, method = _trafilatura(tree, _FAST, links), "trafilatura-fast"
    if likeness(text, look.text) < _AGREED:
        text, method = _trafilatura(tree, _FULL, links), "trafilatura"
    return _with_linked(text, method, linked)


def likeness(a: str, b: str) -> float:
    """How alike two texts are, 0 to 1, whatever the order of their words (of their characters without spaces)."""
    if not a or not b:
        return 0.0
    one, two = _bag(a), _bag(b)
    return 2 * (one & two).total() / (one.total() + two.total())


def _with_linked(text: str, method: str, linked: str) -> tuple[str, str]:
    """The JSON-LD body instead, if it is about as long: shorter ones are teasers, longer ones hold more than that."""
    if not linked:
        return text, method
    if not text and weight(linked) >= 200:
        return linked, "json-ld"
    if 0.6 * len(text) <= len(linked) <= 1.4 * len(text) and likeness(text, linked) < _SAME:
        return linked, "json-ld"
    return text, method


def _strip(tree: HtmlElement) -> None:
    """What holds no text for readers; every copy that trafilatura makes of the tree gets cheaper."""
    etree.strip_elements(
        tree,
        "script",
        "style",
        "svg",
        "link",
        "meta",
        "noscript",
        "iframe",
        "input",
        "source",
        "template",
        with_tail=False,
    )


def _links(tree: HtmlElement) -> set[str]:
    """The texts of all links."""
    return {" ".join(link.text_content().split()) for link in tree.iter("a")}


def _trafilatura(tree: HtmlElement, options: Extractor, links: set[str]) -> str:
    """What trafilatura finds, without the lines that are nothing but a link: headlines of other articles, mostly."""
    document = bare_extraction(tree, options=options)
    text = (document.text or "") if isinstance(document, Document) else ""
    return "\n".join(line for line in text.split("\n") if line.removeprefix("- ") not in links)


def _bag(text: str) -> Counter[str]:
    words = text.split()
    return Counter(text) if len(text) > 12 * len(words) else Counter(words)
