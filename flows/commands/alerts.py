"""`wirewatch alerts`: what stood out, the articles behind it, and what somebody thought of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from rich.text import Text

from extractors import urls
from extractors.errors import Misconfigured
from flows.commands.output import as_json, console, emit
from flows.commands.packets import NONE_YET, listing, packet, page, sentence
from models import alert_store
from models.alert_store import Alert

LONGEST_ID = 18
"""Digits of a number that the database can hold."""


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command and its verbs."""
    parser = subparsers.add_parser(
        "alerts",
        help="what stood out: bursts, drops, silences, first reports",
        description="What stood out and was told: bursts, drops, silences and first reports, each with the articles "
        "behind it. Without a verb: a table of those that are open.",
    )
    parser.add_argument(
        "--state", metavar="STATE", help=f"what the table shows: {', '.join(alert_store.STATES)} or all (default: open)"
    )
    parser.add_argument("--json", action="store_true", help="print the packets as JSON")
    parser.set_defaults(run=run)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    showing = verbs.add_parser("show", help="one alert, with its headlines")
    showing.set_defaults(run=show)
    for verb, state, about in (
        ("acknowledge", "acknowledged", "say that somebody has seen it"),
        ("dismiss", "dismissed", "say that it is no news, and why"),
        ("reopen", "open", "take that back"),
    ):
        judging = verbs.add_parser(verb, help=about)
        judging.add_argument("--reason", metavar="WORDS", help="why; a dismissal needs it")
        judging.set_defaults(run=partial(judge, state=state))
    for one in verbs.choices.values():
        one.add_argument("id", metavar="ID", help="its number in the table")
        # Without a default, which would undo what was said before the verb.
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print the packet as JSON")
    _add_notify(verbs)


def _add_notify(verbs: argparse._SubParsersAction[Any]) -> None:
    notifying = verbs.add_parser(
        "notify",
        help="have a webhook called for each alert",
        description="Puts an automation into Prefect's server, which posts each alert to URL from then on, as JSON: "
        "`text` is a sentence (Slack and Mattermost show it), `alert` the packet. Asked again, it replaces what it "
        "had put there.",
    )
    notifying.add_argument("url", nargs="?", metavar="URL", help="the webhook's address")
    notifying.add_argument(
        "--kind",
        action="append",
        default=[],
        choices=alert_store.KINDS,
        help="only alerts of this kind; more than once",
    )
    notifying.add_argument("--stop", action="store_true", help="have nothing called any more")
    notifying.set_defaults(run=notify)


def run(args: argparse.Namespace) -> int:
    """Print the table; without any alert a hint, which is no error."""
    from flows import resources  # noqa: PLC0415 -- after the arguments are known to be right

    asked = "open" if args.state is None else args.state
    state = None if asked == "all" else asked
    with resources.database() as engine, engine.connect() as db:
        found = alert_store.listed(db, state=state)
        every = found or alert_store.listed(db)
    if args.json:
        emit(as_json([packet(alert) for alert in found]))
    elif found:
        out = console()
        out.print(listing(found, width=out.width))
        return 0
    if not found:
        others = f"No alert is {asked}; --state all shows the {len(every)} there are."
        console(stderr=args.json).print(Text(others if every else NONE_YET))
    return 0


def show(args: argparse.Namespace) -> int:
    """Print one alert."""
    return _printed(args, _look, page)


def judge(args: argparse.Namespace, *, state: str) -> int:
    """Put an alert into a state, and say so."""
    from flows.gather import now  # noqa: PLC0415 -- see run

    def put(engine: Any, number: int) -> Alert:
        with engine.begin() as db:
            return alert_store.judge(db, number, state, reason=args.reason, now=now())

    return _printed(args, put, lambda alert: Text(f"Alert {alert.alert_id} is {alert.state} now: {sentence(alert)}."))


def notify(args: argparse.Namespace) -> int:
    """Put the automation into Prefect's server, or take it out."""
    from flows import resources  # noqa: PLC0415 -- see run

    _refuse_state(args)
    if bool(args.url) == args.stop:
        raise Misconfigured(
            "Name the webhook's address, or say --stop: `wirewatch alerts notify http://127.0.0.1:8080/`."
        )
    if args.stop and args.kind:
        raise Misconfigured("--stop ends all calls, whatever the kind: leave --kind out beside it.")
    if args.json:
        raise Misconfigured("--json is for alerts: leave it out beside notify, which prints none.")
    if args.url and urls.clean(args.url) is None:
        raise Misconfigured(f"{args.url!r} is no web address; write it whole, with https://.")
    out = console()
    with resources.prefect(out.print) as api_url:
        from flows import notify as notifying  # noqa: PLC0415 -- Prefect takes three seconds to import

        if args.stop:
            said = "No webhook is called any more." if notifying.stop(api_url) else "No webhook was called."
        else:
            notifying.start(api_url, args.url, args.kind)
            said = f"Each alert{' of kind ' + ' or '.join(args.kind) if args.kind else ''} is posted to {args.url} now."
    out.print(said, soft_wrap=True)
    return 0


def _refuse_state(args: argparse.Namespace) -> None:
    if args.state is not None:
        raise Misconfigured("--state chooses what the table shows: leave it out beside a verb.")


def _look(engine: Any, number: int) -> Alert:
    with engine.connect() as db:
        return alert_store.get(db, number)


def _printed(args: argparse.Namespace, take: Callable[[Any, int], Alert], shown: Callable[[Alert], Any]) -> int:
    from flows import resources  # noqa: PLC0415 -- see run

    _refuse_state(args)
    if not args.id.isdecimal() or len(args.id) > LONGEST_ID:
        raise Misconfigured(f"{args.id!r} is no number of an alert: `wirewatch alerts --state all` lists them.")
    with resources.database() as engine:
        alert = take(engine, int(args.id))
    if args.json:
        emit(as_json(packet(alert)))
    else:
        console().print(shown(alert), soft_wrap=shown is not page)
    return 0
