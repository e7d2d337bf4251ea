"""Whose page an address is, by what is known of the outlets: their homepages first, then the hosts of their feeds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors import urls

SHARED = frozenset(
    """
    feedburner.com google.com bing.com reddit.com youtube.com medium.com gdeltproject.org rsshub.app feedly.com
    blogger.com blogspot.com wordpress.com substack.com telegram.me t.me yahoo.com msn.com apple.news
    """.split()  # noqa: SIM905 -- quoted, the list is harder to read
)
"""Sites that carry what many outlets say: there the site says nothing about who speaks."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A source, as far as its addresses go."""

    slug: str
    homepage: str | None
    feeds: tuple[str, ...] = ()
    language: str = ""


class Outlets:
    """Knows all outlets; answers whose an address is."""

    def __init__(self, outlets: Iterable[Outlet]) -> None:
        self._by_host: dict[str, list[tuple[str, Outlet]]] = defaultdict(list)
        self._by_home: dict[str, list[Outlet]] = defaultdict(list)
        self._by_feed: dict[str, list[Outlet]] = defaultdict(list)
        for outlet in outlets:
            if outlet.homepage:
                self._by_host[_host(outlet.homepage)].append((_folder(outlet.homepage), outlet))
                self._by_home[urls.site(outlet.homepage)].append(outlet)
            for site in {urls.site(feed) for feed in outlet.feeds} - SHARED:
                self._by_feed[site].append(outlet)

    def owners(self, url: str) -> tuple[Outlet, ...]:
        """The outlets an address may be of, several where nothing tells them apart.

        Those whose homepage is on its host and above it, the deepest one if there are several; else those at home on
        its registered domain; else those with a feed there.
        """
        path = _folder(url, whole=True)
        above = [(folder, outlet) for folder, outlet in self._by_host.get(_host(url), []) if path.startswith(folder)]
        if above:
            deepest = max(len(folder) for folder, _ in above)
            return tuple(outlet for folder, outlet in above if len(folder) == deepest)
        site = urls.site(url)
        if site in SHARED:
            return ()
        return tuple(self._by_home.get(site) or self._by_feed.get(site) or ())

    def owner(self, url: str, *, language: str | None = None) -> Outlet | None:
        """The outlet an address is of, or None; of several, one that writes in `language`, else the first."""
        found = self.owners(url)
        speaks = next((outlet for outlet in found if language and outlet.language == language), None)
        return speaks or next(iter(found), None)


def _host(url: str) -> str:
    return urls.host(url).removeprefix("www.")


def _folder(url: str, *, whole: bool = False) -> str:
    """The path with a slash at its end; of a homepage the folder that it stands for."""
    path = urlsplit(url).path or "/"
    if not whole and "." in path.rpartition("/")[2]:
        path = path.rpartition("/")[0]
    return path if path.endswith("/") else f"{path}/"
