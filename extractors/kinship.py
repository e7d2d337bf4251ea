"""How copies hang together: who leads a group, who may join it, and the tree of who was recognised by whom."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from extractors.records import CopyKind, Likeness


@dataclass(frozen=True, slots=True)
class Member:
    """An article as it is compared with others."""

    id: int
    origin_id: int
    """The lead of its group; itself, when alone."""
    at: datetime
    """When it was published, else first seen."""
    family: str
    """The publisher family of its source."""
    words: int

    @property
    def order(self) -> tuple[datetime, int]:
        """Members sort by this; the first one leads."""
        return self.at, self.id


@dataclass(frozen=True, slots=True)
class Link:
    """`article` was recognised as a copy of `other`, a member of the group led by `group`."""

    article: int
    other: int
    likeness: Likeness
    group: int


def copied(found: Likeness, one: Member, other: Member) -> bool:
    """Whether two texts that are alike are one text copied.

    A publisher writes many texts by one pattern (greetings, weather, market reports): within a family most of a text
    must agree. Rewording by machine leaves the length as it was; where lengths differ, what is shared is a quotation
    or a passage on the background.
    """
    if found.kind is None:
        return False
    if one.family == other.family:
        return found.jaccard >= 0.6
    if found.kind is CopyKind.SPUN:
        return 2 * min(one.words, other.words) >= max(one.words, other.words)
    return True


def belongs(to_lead: Likeness) -> bool:
    """Whether a text is close enough to a group's lead to join through another member.

    Two copies may meet only through a third, so less is asked than of a copy; but reports of one event by different
    hands share less than this (Jaccard .00 to .03), which keeps a chain from joining the whole event.
    """
    return to_lead.jaccard >= 0.05 or to_lead.containment >= 0.15


def tree(lead: int, edges: Iterable[Link]) -> list[Link]:
    """`edges` turned so that every article but `lead` points to its neighbour on the way to `lead`, nearest first.

    The edges form a tree already (each joins two groups that had nothing in common), only its root may have moved.
    """
    neighbours: dict[int, list[tuple[int, Likeness]]] = defaultdict(list)
    for edge in edges:
        neighbours[edge.article].append((edge.other, edge.likeness))
        neighbours[edge.other].append((edge.article, edge.likeness))
    turned: list[Link] = []
    reached, queue = {lead}, deque([lead])
    while queue:
        here = queue.popleft()
        for other, likeness in neighbours[here]:
            if other not in reached:
                reached.add(other)
                queue.append(other)
                turned.append(Link(other, here, likeness, lead))
    return turned
