"""Run cards derived from what was sent: for each area and type what was sent most often."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from beaconfire.bench.call_records import RecordedCall, SentUnit
from beaconfire_contracts.needs import Need
from beaconfire_dispatch.domain.card_rules import check_cards
from beaconfire_dispatch.domain.run_card import NOTHING, Key, RunCard, RunCards

AT_ONCE: Final = timedelta(seconds=60)
"""Who is sent later than this after the first was sent on second thoughts or for a later alarm."""
SUPPORTS: Final = (1, 2, 3, 5, 8, 1_000_000)
"""Calls that an area needs for a card of its own; with the last none has one."""

Sent = tuple[tuple[str, int], ...]
"""How many units of each kind, in the order of their names."""


def sent_of(units: Iterable[SentUnit]) -> Sent:
    """What was sent, as a card would ask for it."""
    return tuple(sorted(Counter(one.kind for one in units).items()))


def at_once(call: RecordedCall) -> Sent:
    """What was sent with the first order."""
    first = min(one.dispatched_at for one in call.sent)
    return sent_of(one for one in call.sent if one.dispatched_at - first <= AT_ONCE)


def derive(calls: Sequence[RecordedCall], support: int) -> RunCards:
    """A card for each type everywhere, and for each area with so many calls that are other.

    A later step is what second and later alarms had in all, where such calls are among them and
    asked for more: a card never asks for less at a later alarm.
    """
    by_key: defaultdict[Key, list[RecordedCall]] = defaultdict(list)
    for call in calls:
        for area in (None, *_areas(call.path)):
            by_key[area, call.type].append(call)
    kept: dict[Key, RunCard] = {}
    derived = RunCards(None, 0, kept)
    for (area, kind), some in sorted(by_key.items(), key=lambda one: _depth(one[0][0])):
        card = RunCard(kind, _steps(some), area)
        if area is None or (
            len(some) >= support and derived.choose(kind, area).steps != card.steps
        ):
            kept[card.key] = card
    check_cards(tuple(kept.values()), {unit.kind for call in calls for unit in call.sent})
    return derived


def choose_support(calls: Sequence[RecordedCall]) -> int:
    """How many calls make a card: what foretells the last year of these from those before best."""
    last = calls[-1].received_at.year
    before = [one for one in calls if one.received_at.year < last]
    judged = [one for one in calls if one.received_at.year == last]
    if not before:
        return SUPPORTS[-1]
    right = {
        support: sum(asked(cards, call, 1) == at_once(call) for call in judged)
        for support in SUPPORTS
        if (cards := derive(before, support))
    }
    return max(SUPPORTS, key=lambda one: (right[one], one))


def asked(cards: RunCards, call: RecordedCall, level: int) -> Sent | None:
    """What the cards ask for at an alarm level; None where they have no such step."""
    card = cards.choose(call.type, call.path)
    if card is NOTHING or level > card.levels:
        return None
    return tuple(sorted((one.capability, one.count) for one in card.at(level)))


def _areas(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _depth(area: str | None) -> tuple[int, str]:
    return (-1, "") if area is None else (area.count("."), area)


def _steps(calls: Sequence[RecordedCall]) -> tuple[tuple[Need, ...], ...]:
    steps = [_most_frequent([at_once(one) for one in calls])]
    for level in range(2, 1 + max(one.alarms for one in calls)):
        struck = [sent_of(one.sent) for one in calls if one.alarms >= level]
        before, later = Counter(dict(steps[-1])), Counter(dict(_most_frequent(struck)))
        if later == before or before - later:
            break
        steps.append(tuple(sorted(later.items())))
    return tuple(tuple(Need(kind, count) for kind, count in step) for step in steps)


def _most_frequent(sent: Sequence[Sent]) -> Sent:
    """Of two that were sent equally often the smaller, then the first by name."""
    found = Counter(sent)
    return min(found, key=lambda one: (-found[one], sum(count for _, count in one), one))
