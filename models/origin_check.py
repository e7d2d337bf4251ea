"""Groups of copies whose members' texts have changed: who is still a copy of whom.

A member was recognised by one other, and these links form a tree. Links of changed texts are judged again; where one
no longer holds, the group falls apart there, and the parts look for their copies anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from extractors import credits as credit_lines
from extractors.fingerprint import bands, fingerprint, likeness
from extractors.kinship import Link, Member, copied, tree
from extractors.records import CopyKind, Likeness
from models.queries import query


def hold(db: Connection) -> None:
    """Let nobody else group copies until the transaction ends; call it before any article is locked."""
    db.execute(query("origins_lock"))


def recheck(db: Connection, changed: Collection[int], *, gone: Collection[int] = (), now: datetime) -> None:
    """Judge the groups anew to which articles with changed texts belong, and those that `gone` ones have left.

    `hold` comes first.
    """
    heads = list(db.execute(query("origins_of"), {"ids": [*changed, *gone]}).scalars())
    if not heads:
        return
    members = {row.id: Member(*row) for row in db.execute(query("origins_members"), {"heads": heads})}
    links = [link for link in _links(db, heads) if link.article in members and link.other in members]
    standing = _judged(db, links, members, set(changed))
    parts = _parts(members, standing)
    leads = {part: min((members[one] for one in part), key=lambda member: member.order).id for part in parts}
    moved = {one: leads[part] for part in parts for one in part}
    db.execute(query("origins_join"), {"ids": list(moved), "leads": list(moved.values())})
    groups = {part: lead for part, lead in leads.items() if len(part) > 1}
    kept = [link for part, lead in groups.items() for link in tree(lead, _within(standing, part))]
    alone = {*members, *gone} - {link.article for link in kept}
    db.execute(query("origins_dissolve"), {"ids": sorted(alone), "heads": heads})
    _link(db, kept, now)
    _count(db, list(groups.values()), now)
    for head in heads:
        _reopen(db, [part for part in parts if any(members[one].origin_id == head for one in part)])


def _links(db: Connection, heads: list[int]) -> list[Link]:
    return [
        Link(
            row.article_id,
            row.of_article_id,
            Likeness(kind=CopyKind(row.kind), jaccard=row.jaccard, containment=row.containment),
            row.origin_id,
        )
        for row in db.execute(query("origins_links"), {"heads": sorted(heads)})
    ]


def _judged(
    db: Connection, links: Iterable[Link], members: Mapping[int, Member], changed: Collection[int]
) -> list[Link]:
    """The links that hold; those of changed texts with the likeness of the texts as they are."""
    touched = [link for link in links if link.article in changed or link.other in changed]
    standing = [link for link in links if link not in touched]
    texts = _texts(db, {one for link in touched for one in (link.article, link.other)})
    for link in touched:
        found = likeness(texts.get(link.article, ""), texts.get(link.other, ""))
        if copied(found, members[link.article], members[link.other]):
            standing.append(Link(link.article, link.other, found, link.group))
    return standing


def _texts(db: Connection, ids: Collection[int]) -> dict[int, str]:
    rows = db.execute(query("origins_texts"), {"ids": sorted(ids)}) if ids else ()
    return {row.article_id: row.text for row in rows}


def _parts(members: Iterable[int], links: Iterable[Link]) -> list[frozenset[int]]:
    """The members that hang together by the links."""
    part_of = {one: {one} for one in members}
    for link in links:
        one, other = part_of[link.article], part_of[link.other]
        if one is not other:
            one |= other
            for member in other:
                part_of[member] = one
    return list({id(part): frozenset(part) for part in part_of.values()}.values())


def _within(links: Iterable[Link], part: frozenset[int]) -> list[Link]:
    return [link for link in links if link.article in part]


def _link(db: Connection, links: list[Link], now: datetime) -> None:
    db.execute(
        query("origins_link"),
        {
            "now": now,
            "ids": [link.article for link in links],
            "of": [link.other for link in links],
            "kinds": [link.likeness.kind for link in links],
            "jaccards": [link.likeness.jaccard for link in links],
            "containments": [link.likeness.containment for link in links],
        },
    )


def _count(db: Connection, leads: list[int], now: datetime) -> None:
    texts = _texts(db, leads)
    agencies = [credit_lines.agency(texts.get(lead, "")) for lead in leads]
    db.execute(query("origins_count"), {"leads": leads, "agencies": agencies, "gone": [], "now": now})


def _reopen(db: Connection, parts: list[frozenset[int]]) -> None:
    """Have all parts but the largest look for their copies; exact twins have no bands of their own, until now."""
    largest = max(parts, key=lambda part: (len(part), -min(part)), default=frozenset())
    ids = sorted(one for part in parts if part != largest for one in part)
    if not ids:
        return
    bare = db.execute(query("origins_compare_again"), {"ids": ids}).all()
    hashes = [(band, row.article_id) for row in bare for band in bands(fingerprint(row.text).minhash)]
    if hashes:
        keys, owners = zip(*hashes, strict=True)
        db.execute(query("bands_insert"), {"hashes": list(keys), "ids": list(owners)})
