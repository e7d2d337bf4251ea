"""What the firings of rules are worth: the matches of a topic, each with the most that it ever weighed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from extractors.records import Evidence
from topics.bundles import Hit, Members
from topics.rules import Firing, Match, ReadyRule, Slot

MAX_EVIDENCE = 12
"""Matches kept with a tag; the score counts these and no others."""

Span = tuple[bool, int, int]
"""Whether it is in the text (or the title), start and end: spans sort in reading order."""


Matches = dict[Span, tuple[float, Hit, Slot]]
"""What speaks for a topic: by span what it weighs, and what it filled when it weighed most."""


def strongest(matches: Matches) -> list[Span]:
    """The spans that count, in reading order; of equal ones the first, so that the choice never varies."""
    if len(matches) <= MAX_EVIDENCE:
        return sorted(matches)
    ranked = sorted([(-weight, span) for span, (weight, _, _) in matches.items()])
    return sorted([span for _, span in ranked[:MAX_EVIDENCE]])


class Scales:
    """Weighs the firings of a taxonomy's rules."""

    def __init__(self, rules: Sequence[ReadyRule], fields: Mapping[str, float]) -> None:
        self._shares = [_shares(rule, fields) for rule in rules]
        self._once = [_shares(rule, fields, fields["passing"]) for rule in rules]

    def add(self, number: int, firings: Iterable[Firing], passing: int, into: Matches) -> float:
        """Add the matches of a rule's firings, each with its share of the weight, where they weigh more than before.

        Returns by how much they weigh more, together.
        """
        more = 0.0
        for passage, way, slots, elsewhere in firings:
            spans, in_text = [], passage.in_text
            for hit in way:
                spans.append((in_text, hit[0], hit[1]))  # noqa: PERF401 -- as in `topics.rules`
            for other, hit, _ in elsewhere:
                spans.append((other.in_text, hit[0], hit[1]))
            once = passing and (passing & passage.mask or elsewhere) and _any(passing, way, elsewhere)
            shares = self._once if once else self._shares
            share = shares[number][len(set(spans)) if len(spans) > 1 else 1]
            weight, place = share[passage.place], 0
            for hit in way:
                span = spans[place]
                known = into.get(span)
                if known is None or known[0] < weight:
                    more += weight - known[0] if known else weight
                    into[span] = weight, hit, slots[place]
                place += 1
            for other, hit, slot in elsewhere:
                span, weight = spans[place], share[other.place]
                known = into.get(span)
                if known is None or known[0] < weight:
                    more += weight - known[0] if known else weight
                    into[span] = weight, hit, slot
                place += 1
        return more


def evidence_of(
    matches: Matches, spans: Iterable[Span], terms: Sequence[str], members: Members
) -> tuple[Evidence, ...]:
    """What these spans show of a topic, in their order; `terms` as the taxonomy writes them."""
    make = tuple.__new__
    evidence = []
    for span in spans:
        weight, (start, end, mask, term), slot = matches[span]
        if term < 0:
            mask, term = members[term, slot.mask]
        field = "text" if span[0] else "title"
        # `make` takes half as long as Evidence(...), and a text on topic has a hundred
        evidence.append(make(Evidence, (terms[term], slot.names[mask], field, start, end, weight)))
    return tuple(evidence)


def _shares(rule: ReadyRule, fields: Mapping[str, float], times: float = 1) -> list[dict[str, float]]:
    """What a match of a firing counts: by the number of spans that share the rule's weight, and by place."""
    most = len(rule.slots) + rule.rule.at_least + len(rule.near)
    return [
        {place: round(rule.rule.weight * times / spans * weight, 4) for place, weight in fields.items()}
        for spans in (1, *range(1, most + 1))
    ]


def _any(concepts: int, way: Iterable[Hit], elsewhere: Iterable[Match]) -> bool:
    """Whether a hit of a firing stands for any of these concepts."""
    for hit in way:
        if hit[2] & concepts:
            return True
    for _, hit, _ in elsewhere:  # noqa: SIM110
        if hit[2] & concepts:
            return True
    return False
