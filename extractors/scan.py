"""A quick look for the article: where on the page the prose is.

Every block of text adds its length, less its links, to all elements around it; walking down from the body to where
most of that weight is ends at the article. Takes a sixth of trafilatura's time and says how sure it is, so that most
pages need no second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from extractors.text import weight

_OUTSIDE = frozenset(
    [
        "aside",
        "button",
        "dialog",
        "figcaption",
        "figure",
        "footer",
        "form",
        "head",
        "header",
        "iframe",
        "label",
        "nav",
        "noscript",
        "option",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "nobr",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
    ]
)
_PARAGRAPHS = frozenset({"p", "h2", "h3", "h4", "li", "blockquote"})
_ROLES_OUTSIDE = frozenset({"alertdialog", "banner", "complementary", "contentinfo", "dialog", "navigation"})
_UNSEEN = re.compile(r"display:\s*none|visibility:\s*hidden")
_BESIDE = re.compile(
    r"comment|related|recirc|promo|shar(?:e|ing)|social|newsletter|subscri|side-?bar|footer|teaser|most-?(?:read|popular)"
    r"|popular|recommend|outbrain|taboola|cookie|consent|gdpr|banner|advert|sponsor|breadcrumb|byline|author-?bio|bio\b"
    r"|caption|credit|disqus|widget|popup|modal|sign-?up|trending|more-?(?:news|stories|from)|read-?(?:more|next)|also"
    r"|latest|hidden|copyright",
    re.IGNORECASE,
)
_BLOCKS = etree.XPath(
    "//body//*[self::p or self::h2 or self::h3 or self::h4 or self::li or self::blockquote"
    " or text()[string-length(normalize-space()) > 40]]"
)
_LEAST = 30
"""Weight of unlinked text from which a block counts as prose."""
_MOST = 0.7
"""The part of the weight that one child must hold for the article to be inside it."""
_SOME = 0.25
"""The part that a child must hold whose name says that it is the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a quick look found."""

    text: str = ""
    blocks: int = 0
    share: float = 0.0
    """How much of all prose on the page is in the article: near 1 there is nothing to confuse it with."""

    @property
    def sure(self) -> bool:
        """Whether the text can be taken without a second opinion."""
        return self.share >= 0.9 and self.blocks >= 4 and weight(self.text) >= 1_000


@dataclass(slots=True)
class _Block:
    element: HtmlElement
    text: str
    linked: int


def scan(tree: HtmlElement) -> Scan:
    """The article on a page, one block a line, and how sure that is; empty when the page has no prose. Never fails."""
    body = tree.find("body")
    if body is None:
        return Scan()
    blocks = list(_blocks(tree))
    mass = _masses(blocks, tree)
    total = mass.get(body, 0)
    if not total:
        return Scan()
    beside = _beside(mass, total, tree)
    best = _descend(body, mass, beside)
    lines = [
        block.text
        for block in blocks
        if block.linked <= len(block.text) / 2 and _belongs(block.element, best, mass, beside)
    ]
    return Scan(text="\n".join(lines), blocks=len(lines), share=mass[best] / total)


def _blocks(tree: HtmlElement) -> Iterator[_Block]:
    """Blocks of text in document order, each text once, without what is hidden or stands in navigation and the like."""
    elements = list(dict.fromkeys(map(_block_of, cast("list[HtmlElement]", _BLOCKS(tree)))))
    holders = _holders(elements)
    outside: dict[HtmlElement, bool] = {}
    seen: set[str] = set()
    for element in elements:
        if _is_outside(element, outside):
            continue
        own = (
            [element.text or "", *(child.tail or "" for child in element)] if element in holders else element.itertext()
        )
        text = " ".join((" " if element in holders else "").join(own).split())
        if text and text not in seen:
            seen.add(text)
            yield _Block(element, text, _linked(element, text))


def _block_of(element: HtmlElement) -> HtmlElement:
    while element.tag in _INLINE and all(child.tag in _INLINE for child in element):
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return element


def _holders(elements: list[HtmlElement]) -> set[HtmlElement]:
    """All elements that hold one of these."""
    holders: set[HtmlElement] = set()
    for element in elements:
        parent = element.getparent()
        while parent is not None and parent not in holders:
            holders.add(parent)
            parent = parent.getparent()
    return holders


def _is_outside(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    chain: list[HtmlElement] = []
    place: HtmlElement | None = element
    answer = False
    while place is not None and not answer:
        if place in known:
            answer = known[place]
            break
        chain.append(place)
        answer = _is_furniture(place)
        place = place.getparent()
    known.update(dict.fromkeys(chain, answer))
    return answer


def _is_furniture(element: HtmlElement) -> bool:
    """Navigation, forms, boxes that are not shown; but some sites wrap the whole page in one form."""
    if element.tag in _OUTSIDE and not (element.tag == "form" and element.find(".//h1") is not None):
        return True
    attributes = element.attrib
    return (
        "hidden" in attributes
        or attributes.get("role") in _ROLES_OUTSIDE
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and _UNSEEN.search(attributes["style"]) is not None)
    )


def _linked(element: HtmlElement, text: str) -> int:
    """How many characters of the block are links."""
    if element.tag == "a" or next(element.iterancestors("a"), None) is not None:
        return len(text)
    if element.find(".//a") is None:
        return 0
    return sum(len("".join(link.itertext())) for link in element.iter("a"))


def _masses(blocks: list[_Block], tree: HtmlElement) -> dict[HtmlElement, int]:
    mass: dict[HtmlElement, int] = {}
    for block in blocks:
        prose = weight(block.text) - 2 * block.linked
        if prose < _LEAST:
            continue
        place: HtmlElement | None = block.element
        while place is not None and place is not tree:
            mass[place] = mass.get(place, 0) + prose
            place = place.getparent()
    return mass


def _beside(mass: dict[HtmlElement, int], total: int, tree: HtmlElement) -> set[HtmlElement]:
    """Elements named like something beside an article and not holding half the page; their weight is taken off."""
    beside = {
        element
        for element, prose in mass.items()
        if 2 * prose < total and element.tag not in _PARAGRAPHS and _named_beside(element)
    }
    for element in [one for one in beside if not any(outer in beside for outer in one.iterancestors())]:
        prose = mass[element]
        place: HtmlElement | None = element
        while place is not None and place is not tree:
            mass[place] -= prose
            place = place.getparent()
    return beside


def _named_beside(element: HtmlElement) -> bool:
    return _BESIDE.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None


def _descend(best: HtmlElement, mass: dict[HtmlElement, int], beside: set[HtmlElement]) -> HtmlElement:
    while True:
        children = [child for child in best if child in mass and child not in beside and child.tag not in _PARAGRAPHS]
        heaviest = max(children, key=mass.__getitem__, default=None)
        if heaviest is None:
            return best
        if mass[heaviest] < _MOST * mass[best]:
            heaviest = _article_among(children, _SOME * mass[best], mass)
            if heaviest is None:
                return best
        best = heaviest


def _article_among(children: list[HtmlElement], least: float, mass: dict[HtmlElement, int]) -> HtmlElement | None:
    """The first child that calls itself the article; None when the article goes on over several alike children."""
    named = next((child for child in children if mass[child] > least and _named_article(child)), None)
    if named is None or named.tag != "div":
        return named
    twins = sum(child.tag == "div" and child.get("class") == named.get("class") for child in children)
    return None if twins > 1 else named


def _named_article(element: HtmlElement) -> bool:
    return (
        element.tag in {"main", "article"}
        or element.get("role") in {"main", "article"}
        or element.get("itemprop") == "articleBody"
        or element.find(".//h1") is not None
    )


def _belongs(element: HtmlElement, best: HtmlElement, mass: dict[HtmlElement, int], beside: set[HtmlElement]) -> bool:
    place: HtmlElement | None = element
    while place is not None:
        if place is best:
            return True
        if place in beside or (place not in mass and place.tag not in _PARAGRAPHS and _named_beside(place)):
            return False
        place = place.getparent()
    return False
