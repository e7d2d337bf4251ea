"""The headline a reader sees, out of the several that a page carries."""

from __future__ import annotations

import re

from extractors.metadata import Metadata
from extractors.text import line, weight

_BARE = re.compile(r"[\W_]+")
_JOINTS = re.compile(
    r"\s+[|·•–—\-:«»›/]+\s+|\s*[|｜_]+\s*|(?<=[\u3040-\u9fff\uac00-\ud7af”」』])\s?[-—–]+\s?(?=[^-—–]{2,14}$)|\s+::\s+|\s*[»›]\s*"
)
_OUTLET = re.compile(
    r"(?:网|網|报|報|社|台|频道|頻道|新闻|新聞|在线|통신|일보|신문|뉴스|방송|\b(?:News|Times|Post|Online|TV|Radio))$"
)
"""How the names of outlets end, for pages that do not tell theirs."""
_SHORTEST = 8
"""Weight under which a heading names a section, not an article."""
_LONGEST = 400


def choose(said: Metadata, *, announced: str = "", host: str = "") -> str:
    """The title of a page, on one line; empty when there is none.

    Its heading where another title confirms it, else its own titles without the site's name, else the announced one.
    """
    titles = [line(title) for title in said.titles if title.strip()]
    headings = [line(heading) for heading in said.headings]
    confirmed = next((heading for heading in headings if _confirmed(heading, [*titles, announced])), "")
    if confirmed:
        return confirmed[:_LONGEST]
    names = _site_names(said.site, host)
    candidates = [_without_site(title, names) for title in titles] + headings + [line(announced)]
    return next((title for title in candidates if title and _bare(title) not in names), "")[:_LONGEST]


def _confirmed(heading: str, titles: list[str]) -> bool:
    bare = _bare(heading)
    return weight(bare) >= _SHORTEST and any(_bare(title).startswith(bare) for title in titles)


def _site_names(site: str, host: str) -> set[str]:
    labels = host.rpartition(":")[0].split(".") if ":" in host else host.split(".")
    return {_bare(name) for name in (site, *labels[:-1]) if weight(_bare(name)) >= 2} | {
        _bare(host.removeprefix("www."))
    }


def _without_site(title: str, names: set[str]) -> str:
    """The title without what stands after (or before) a bar or dash, if that is the site's name."""
    for _ in range(3):
        joints = list(_JOINTS.finditer(title))
        if not joints:
            return title
        head, tail = title[: joints[-1].start()], title[joints[-1].end() :]
        first, rest = title[: joints[0].start()], title[joints[0].end() :]
        if _is_site(tail, names) and head:
            title = head.strip()
        elif _is_site(first, names) and rest:
            title = rest.strip()
        else:
            return title
    return title


def _is_site(part: str, names: set[str]) -> bool:
    bare = _bare(part)
    if not bare:
        return True
    if weight(part) <= 24 and _OUTLET.search(part):
        return True
    return weight(bare) <= 60 and any(
        name == bare or (len(name) >= 4 and (name in bare or bare in name)) for name in names if name
    )


def _bare(text: str) -> str:
    return _BARE.sub("", text).casefold()
