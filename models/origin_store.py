"""Origins: which articles are copies of one text.

Articles are compared in the order of their publication with those of the fortnight around them: exact twins are found
by the hash of their text, near copies by shared bands, and every near copy is verified on the texts themselves. The
earliest member leads its group and gives it its number. Each other member has one row in `news.copies`: the neighbour
it was recognised by; these rows form a tree with the lead at its root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from extractors import credits as credit_lines
from extractors.fingerprint import COARSE, likeness
from extractors.kinship import Link, Member, belongs, copied, tree
from extractors.records import CopyKind, Likeness
from models.queries import query

BATCH = 128
"""Articles compared in one transaction; the texts of their candidates are in memory together."""
WINDOW_DAYS = 14
BOILERPLATE = 200
"""A band that more articles than this share says something about a site's furniture, not about a text."""
CANDIDATES = 40
"""Articles looked at for one article, those that share most bands first."""
LEAST_WORDS = 30
"""Texts shorter than this are equal by chance (a bare caption, a notice)."""

_IDENTICAL = Likeness(kind=CopyKind.EXACT, jaccard=1.0, containment=1.0)


@dataclass(frozen=True, slots=True)
class Grouped:
    """What one batch came to; `articles` is 0 when there was nothing left to compare."""

    articles: int = 0
    copies: int = 0
    merged: int = 0
    """Groups that turned out to be one with another."""


def group(db: Connection, *, now: datetime, limit: int = BATCH) -> Grouped:
    """Look for the copies of up to `limit` articles that were not compared yet; two runs wait for each other."""
    db.execute(query("origins_lock"))
    batch = _batch(db, limit)
    if not batch:
        return Grouped()
    work = _Work(db, batch, now)
    outcomes = [work.place(article) for article in sorted(batch.values(), key=lambda member: member.order)]
    work.save()
    db.execute(query("origins_compared"), {"ids": list(batch), "now": now})
    joined = [count for count in outcomes if count]
    return Grouped(articles=len(batch), copies=len(joined), merged=sum(count - 1 for count in joined))


def forget_bands(db: Connection, before: date) -> int:
    """Drop the bands of articles published before `before`, to which nothing new will be compared; returns how many."""
    return db.execute(query("bands_forget"), {"before": before}).rowcount


def coarse(db: Connection, ids: Sequence[int]) -> list[int]:
    """Those of some articles of which copies are looked up under coarse bands only; not those that have none at all.

    An article has none when a twin answers for it, when it is too short, or when its copies had their time.
    """
    return list(db.execute(query("bands_coarse"), {"ids": list(ids), "coarse": COARSE}).scalars())


def refine(db: Connection, bands: Mapping[int, Sequence[int]]) -> None:
    """Look the copies of these articles up under fine bands, too (by article), and have them compared once more.

    A comparison that is under way is waited for: it would end by noting that these articles were compared.
    """
    pairs = [(band, article) for article, found in bands.items() for band in found]
    if not pairs:
        return
    db.execute(query("origins_lock"))
    hashes, owners = zip(*pairs, strict=True)
    db.execute(query("bands_insert"), {"hashes": list(hashes), "ids": list(owners)})
    db.execute(query("origins_reopen"), {"ids": sorted(set(owners))})


def _batch(db: Connection, limit: int) -> dict[int, Member]:
    rows = db.execute(query("origins_batch"), {"limit": limit})
    return {row.id: _member(row, row.id) for row in rows}


def _member(row: Any, number: int) -> Member:
    return Member(number, row.origin_id, row.at, row.family, row.words)


class _Work:
    """One batch at work: who may be a copy of whom, and the texts read so far.

    Most copies are one article that joins a group under its lead: those are kept in memory and saved together. Whatever
    changes a group's shape (a new lead, two groups that turn out to be one) is saved at once, after those.
    """

    def __init__(self, db: Connection, batch: dict[int, Member], now: datetime) -> None:
        self._db = db
        self._now = now
        self._members = dict(batch)
        self._open = set(batch)
        self._texts: dict[int, str] = {}
        around = {"ids": list(batch), "window": WINDOW_DAYS}
        self._twins = self._pairs("origins_twins", around | {"words": LEAST_WORDS})
        around["ids"] = self._first_of_their_text(batch)
        self._candidates = self._pairs("origins_candidates", around | {"most": BOILERPLATE, "candidates": CANDIDATES})
        heads = {member.origin_id for member in self._members.values()}
        self._leads = {lead.id: lead for lead in self._load_leads(heads)}
        self._leading = set(db.execute(query("origins_leading"), {"ids": list(batch)}).scalars())
        self._joined: list[Link] = []

    def _first_of_their_text(self, batch: dict[int, Member]) -> list[int]:
        """Articles that no twin answers for: none of their text was compared before, or comes before them here."""
        order = {number: member.order for number, member in batch.items()}
        return [
            number
            for number in batch
            if all(twin in order and order[number] < order[twin] for twin in self._twins.get(number, ()))
        ]

    def _pairs(self, name: str, values: dict[str, object]) -> dict[int, list[int]]:
        """Article of the batch → other articles, best first; their groups are noted in passing."""
        pairs: dict[int, list[int]] = {}
        for row in self._db.execute(query(name), values):
            self._members.setdefault(row.other_id, _member(row, row.other_id))
            pairs.setdefault(row.id, []).append(row.other_id)
        return pairs

    def place(self, article: Member) -> int:
        """Put one article into the group of its copies, if it has any; returns how many groups it met."""
        self._open.discard(article.id)
        article = self._members[article.id]  # an article compared anew may have moved with its group
        links = self._links(article)
        if not links:
            return 0
        if len(links) == 1 and self._is_alone(article) and self._leads[links[0].group].order < article.order:
            self._joined.append(links[0])
            self._members[article.id] = replace(article, origin_id=links[0].group)
        else:
            self.save()
            self._join(article, links, {article.origin_id} | {link.group for link in links})
            self._forget_twins(links[:1])
        return len(links)

    def _is_alone(self, article: Member) -> bool:
        return article.origin_id == article.id and article.id not in self._leading

    def save(self) -> None:
        """Write the joins that are in memory."""
        links, self._joined = self._joined, []
        if not links:
            return
        leads = sorted({link.group for link in links})
        moved = {"ids": [*leads, *(link.article for link in links)], "leads": [*leads, *(link.group for link in links)]}
        self._db.execute(query("origins_join"), moved)
        self._link(links)
        self._count(leads, [])
        self._forget_twins(links)

    def _forget_twins(self, links: Sequence[Link]) -> None:
        """Drop the bands of exact copies: their twin answers for both from now on."""
        twins = [link.article for link in links if link.likeness is _IDENTICAL]
        if twins:
            self._db.execute(query("bands_replace"), {"ids": twins})

    def _links(self, article: Member) -> list[Link]:
        """The best link to each group that the article belongs to; the first one is the closest.

        A link through a member counts only if the article also has something in common with the lead, and a second
        group only if its lead has something in common with the first's: else a chain of likenesses joins whole events.
        """
        best: dict[int, Link] = {}
        for other in self._others(article):
            head = self._members[other].origin_id
            if head == article.origin_id or (head in best and best[head].likeness is _IDENTICAL):
                continue
            found = self._likeness(article.id, other)
            if copied(found, article, self._members[other]) and (
                head not in best or found.jaccard > best[head].likeness.jaccard
            ):
                best[head] = Link(article.id, other, found, head)
        links = sorted(best.values(), key=lambda link: (-link.likeness.jaccard, -link.likeness.containment, link.group))
        kept: list[Link] = []
        for link in links:
            known = link.other == link.group or link.likeness is _IDENTICAL
            if not known and not belongs(self._likeness(article.id, link.group)):
                continue
            if kept and not belongs(self._likeness(kept[0].group, link.group)):
                continue
            kept.append(link)
        return kept

    def _others(self, article: Member) -> list[int]:
        twins = [other for other in self._twins.get(article.id, ()) if other not in self._open]
        near = [other for other in self._candidates.get(article.id, ()) if other not in self._open]
        self._read([article.id, *near, *(self._members[other].origin_id for other in (*twins, *near))] if near else [])
        return list(dict.fromkeys((*twins, *near)))

    def _likeness(self, one: int, other: int) -> Likeness:
        if other in self._twins.get(one, ()):
            return _IDENTICAL
        self._read([one, other])
        return likeness(self._texts[one], self._texts[other])

    def _read(self, ids: Iterable[int]) -> None:
        missing = sorted({number for number in ids if number not in self._texts})
        if missing:
            self._texts.update(dict.fromkeys(missing, ""))
            rows = self._db.execute(query("origins_texts"), {"ids": missing})
            self._texts.update({row.article_id: row.text for row in rows})

    def _load_leads(self, ids: Iterable[int]) -> list[Member]:
        return [_member(row, row.id) for row in self._db.execute(query("origins_leads"), {"ids": sorted(ids)})]

    def _join(self, article: Member, links: Sequence[Link], heads: set[int]) -> None:
        """Make one group of the article and the groups it met, under the earliest of their leads."""
        lead = min((*self._load_leads(heads), article), key=lambda member: member.order)
        self._leads[lead.id] = lead
        others = sorted(heads - {lead.id})
        if len(links) > 1 or links[0].group != lead.id:
            links = tree(lead.id, [*self._kept_links(heads), *links])
        moved = self._db.execute(query("origins_move"), {"lead": lead.id, "others": others})
        for row in moved:
            if row.id in self._members:
                self._members[row.id] = replace(self._members[row.id], origin_id=lead.id)
        self._db.execute(query("origins_unlink"), {"lead": lead.id})
        self._link(links)
        self._count([lead.id], others)

    def _kept_links(self, heads: set[int]) -> list[Link]:
        rows = self._db.execute(query("origins_links"), {"heads": sorted(heads)})
        return [
            Link(
                row.article_id,
                row.of_article_id,
                Likeness(kind=CopyKind(row.kind), jaccard=row.jaccard, containment=row.containment),
                row.origin_id,
            )
            for row in rows
        ]

    def _link(self, links: Sequence[Link]) -> None:
        self._db.execute(
            query("origins_link"),
            {
                "now": self._now,
                "ids": [link.article for link in links],
                "of": [link.other for link in links],
                "kinds": [link.likeness.kind for link in links],
                "jaccards": [link.likeness.jaccard for link in links],
                "containments": [link.likeness.containment for link in links],
            },
        )

    def _count(self, leads: list[int], gone: list[int]) -> None:
        """Keep the facts of these groups, and forget those that became part of another."""
        self._read(leads)
        agencies = [credit_lines.agency(self._texts[lead]) for lead in leads]
        values = {"leads": leads, "agencies": agencies, "gone": gone, "now": self._now}
        self._db.execute(query("origins_count"), values)
