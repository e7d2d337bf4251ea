"""What must hold of a database whatever was killed: nothing lost, nothing twice, nothing held by the dead."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from models import housekeeping

ALWAYS = {
    "articles were settled by two attempts": """
        SELECT article_id FROM news.attempts WHERE outcome IN ('stored', 'duplicate', 'rejected', 'given up')
        GROUP BY article_id HAVING count(*) > 1""",
    "stored articles have no attempt that stored them": """
        SELECT id FROM news.articles WHERE state = 'stored'
        AND NOT EXISTS (SELECT FROM news.attempts WHERE article_id = articles.id AND outcome = 'stored')""",
    "attempts stored what is not stored": """
        SELECT article_id FROM news.attempts JOIN news.articles ON articles.id = article_id
        WHERE outcome = 'stored' AND state <> 'stored'""",
    "stored articles have no text": """
        SELECT id FROM news.articles WHERE state = 'stored'
        AND NOT EXISTS (SELECT FROM news.texts WHERE article_id = articles.id)""",
    "texts belong to nothing stored": """
        SELECT article_id FROM news.texts JOIN news.articles ON articles.id = article_id WHERE state <> 'stored'""",
    "texts are stored twice": """
        SELECT content_hash FROM news.articles WHERE state = 'stored' GROUP BY content_hash HAVING count(*) > 1""",
    "addresses are stored twice": "SELECT url FROM news.articles GROUP BY url HAVING count(*) > 1",
    "articles are not counted new exactly once": """
        SELECT articles, tallied, by_day FROM
            (SELECT count(*) AS articles FROM news.articles) AS held,
            (SELECT coalesce(sum(urls), 0) AS tallied FROM news.poll_tallies WHERE outcome = 'new') AS tallies,
            (SELECT coalesce(sum(new), 0) AS by_day FROM news.feed_days) AS days
        WHERE articles <> tallied OR articles <> by_day""",
    "polls are not counted exactly once": """
        SELECT polls, by_day FROM
            (SELECT count(*) AS polls FROM news.polls) AS single,
            (SELECT coalesce(sum(polls), 0) AS by_day FROM news.feed_days) AS days
        WHERE polls <> by_day""",
    "ended runs do not balance": "SELECT run_id FROM ops.runs WHERE state <> 'running' AND NOT balanced",
}
"""Queries that return no row at any moment, by what it means when they do."""

AT_REST = {
    "runs still count as running": "SELECT id FROM news.runs WHERE state = 'running'",
    "articles are held by nobody alive": "SELECT id FROM news.articles WHERE claimed_by IS NOT NULL",
    "feeds are held by nobody alive": "SELECT id FROM news.feeds WHERE claimed_by IS NOT NULL",
    "looks are held by nobody alive": "SELECT article_id FROM news.looks WHERE claimed_by IS NOT NULL",
    "attempts have no outcome": "SELECT article_id FROM news.attempts WHERE outcome IS NULL",
}
"""The same once a run has ended well and none other works."""


def faults(db: Connection, *, at_rest: bool) -> list[str]:
    """What is wrong, a sentence each: at any moment, or, `at_rest`, after a run that ended well with none beside it."""
    asked = {**ALWAYS, **AT_REST} if at_rest else ALWAYS
    rows = {what: db.execute(sa.text(sql)).tuples().all() for what, sql in asked.items()}
    found = [f"{len(some)} × {what}: {list(map(tuple, some[:5]))}" for what, some in rows.items() if some]
    if at_rest:
        found += [f"check {name} found {rows} rows" for name, rows in housekeeping.broken_checks(db).items()]
    return found


def missing(db: Connection, listed: Mapping[str, str], pairs: int, twins: Mapping[str, str]) -> list[str]:
    """What the database has otherwise than the web: `listed` are addresses with the state each must have ended in.

    `twins` are pairs of addresses of one article: one of the two is stored, the other its duplicate. `pairs` is how
    often a feed listed an article.
    """
    kept = dict(db.execute(sa.text("SELECT url, state FROM news.articles")).tuples().all())
    sightings: int = db.execute(sa.text("SELECT count(*) FROM news.sightings")).scalar_one()
    wanted = dict(listed)
    for one, other in twins.items():
        if sorted([kept.get(one, ""), kept.get(other, "")]) == ["duplicate", "stored"]:
            wanted |= {one: kept[one], other: kept[other]}
    wrong = [
        f"{url} is {kept.get(url, 'missing')}, not {wanted.get(url, 'listed')}"
        for url in sorted(wanted.keys() | kept.keys())
        if kept.get(url) != wanted.get(url)
    ]
    if sightings != pairs:
        wrong.append(f"{sightings} sightings, not {pairs}")
    return wrong
