"""HTML to a tree, once a page: metadata, text and language are all read from the same one."""

from __future__ import annotations

import re

from lxml import etree, html

_PARSER = html.HTMLParser(  # type: ignore[call-arg]  # the stubs do not know default_doctype
    collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
)
# lxml.html looks up a class for every element in Python, 4,000 calls a page: a tenth of the extraction. One class for
# all elements is looked up in C and gives the same text.
_PARSER.set_element_class_lookup(
    etree.ElementDefaultClassLookup(
        element=html.HtmlElement, comment=html.HtmlComment, pi=html.HtmlProcessingInstruction
    )
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_HEAD = 4_096
_CLOSED_HTML = re.compile(r"(<html[^>]*?)\s*/>", re.IGNORECASE)
_DOCTYPE = re.compile(r"^\s*<\s?!\s?doctype[^>]*/[^<>]*>", re.IGNORECASE)
_BLOCKS = (
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "section", "table", "td", "tr", "ul",
)  # fmt: skip
LONGEST = 4_000_000
"""Characters of a page that are read; the longest real news page met had 2.2 million."""


def parse(text: str) -> html.HtmlElement | None:
    """The page as a tree, its root the `html` element; None when there is no element in it."""
    # libxml2 stops reading after a doctype or an html element that closes itself
    head = _CLOSED_HTML.sub(r"\1>", _DOCTYPE.sub("", text[:_HEAD], count=1), count=1)
    body = (head + text[_HEAD:LONGEST]).encode("utf-8", "replace").translate(None, _CONTROLS)
    if not body.strip():
        return None
    try:
        tree = html.document_fromstring(body, parser=_PARSER)
    except (etree.ParserError, ValueError):
        return None
    return tree if len(tree) else None


def prose(text: str) -> str:
    """The text of a piece of HTML, such as the content of a feed entry: a line for each block of it."""
    tree = parse(f"<html><body>{text}</body></html>")
    if tree is None:
        return ""
    etree.strip_elements(tree, "script", "style", "figure", "iframe", "noscript", with_tail=False)
    for element in tree.iter(*_BLOCKS):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in tree.text_content().split("\n"))
    return "\n".join(line for line in lines if line)


def words(element: html.HtmlElement) -> str:
    """All text under an element on one line."""
    return " ".join("".join(element.itertext()).split())
