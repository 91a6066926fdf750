"""Section `cards`: run cards derived from years of calls, judged on the years after them.

`python -m beaconfire.bench.cards --data FILE [--json]`. The cards are dispatch's own, chosen and
counted by its own code; beside them stands what sending the type's most frequent response reaches.
"""

import argparse
import json
import statistics
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from beaconfire.bench.call_records import BadRecords, RecordedCall, SentUnit, read_calls
from beaconfire.bench.derived_cards import (
    SUPPORTS,
    Sent,
    asked,
    at_once,
    choose_support,
    derive,
    sent_of,
)
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.domain.assignment import Assignment, Step, gaps_before, stepped, untimely
from beaconfire_dispatch.domain.run_card import RunCards
from beaconfire_dispatch.domain.still_short import still_short

YEARS: Final = 4
"""Cards are derived from so many years, counted from the first call's."""
EXIT_REFUSED: Final = 2


def measure(calls: Sequence[RecordedCall]) -> dict[str, Any]:
    """All figures of one file."""
    until = calls[0].received_at.year + YEARS
    known = [one for one in calls if one.received_at.year < until]
    judged = [one for one in calls if one.received_at.year >= until]
    if not judged:
        raise BadRecords(f"all calls are of the {YEARS} years that the cards are derived from")
    support = choose_support(known)
    cards, plain = derive(known, support), derive(known, SUPPORTS[-1])
    return {
        "section": "cards",
        "calls": len(calls),
        "units_a_call": round(sum(len(one.sent) for one in calls) / len(calls), 2),
        "units_a_call_max": max(len(one.sent) for one in calls),
        "derived_from": len(known),
        "judged": len(judged),
        "calls_a_card_min": support,
        "cards": len(cards.by_key),
        "first_order": _beside(cards, plain, judged, {one.number: at_once(one) for one in judged}),
        "whole_call": _beside(
            cards, plain, judged, {one.number: sent_of(one.sent) for one in judged}
        ),
        "by_type": {
            kind: _judged(cards, some, {one.number: at_once(one) for one in some})
            for kind in sorted({one.type for one in judged})
            if (some := [one for one in judged if one.type == kind])
        },
        "later_alarms": _later_alarms(cards, judged),
        "times": _times(calls),
    }


def _beside(
    cards: RunCards, plain: RunCards, judged: Sequence[RecordedCall], sent: Mapping[str, Sent]
) -> dict[str, Any]:
    ours = _judged(cards, judged, sent)
    return ours | {"baseline": _judged(plain, judged, sent)}


def _judged(
    cards: RunCards, judged: Sequence[RecordedCall], sent: Mapping[str, Sent]
) -> dict[str, Any]:
    """How many calls had the same kinds and counts, and by how many units the others differ."""
    over, under = [], []
    for call in judged:
        needs = cards.choose(call.type, call.path).at(1)
        units = [frozenset({kind}) for kind, count in sent[call.number] for _ in range(count)]
        short = sum(one.count for one in still_short(needs, units))
        over.append(short)
        under.append(len(units) - (sum(one.count for one in needs) - short))
    wrong = [more + less for more, less in zip(over, under, strict=True) if more + less]
    return {
        "same_pct": round(100 * (1 - len(wrong) / len(judged)), 1),
        "units_asked_and_not_sent": round(statistics.fmean(over), 2),
        "units_sent_and_not_asked": round(statistics.fmean(under), 2),
        "others_differ_by_median": statistics.median(wrong) if wrong else 0,
        "others_differ_by_mean": round(statistics.fmean(wrong), 2) if wrong else 0.0,
    }


def _later_alarms(cards: RunCards, judged: Sequence[RecordedCall]) -> dict[str, Any]:
    """Alarms after the first, struck as they were: what the cards in force had for them."""
    struck = [(call, level) for call in judged for level in range(2, call.alarms + 1)]
    had = [(call, level, asked(cards, call, level)) for call, level in struck]
    return {
        "struck": len(struck),
        "card_had_the_step": sum(step is not None for _, _, step in had),
        "same": sum(step == sent_of(call.sent) for call, _, step in had),
        "struck_after_s": [_struck_after_s(call) for call, _ in struck],
        "sent_after_the_first_order": [
            len(call.sent) - sum(count for _, count in at_once(call)) for call, _ in struck
        ],
    }


def _struck_after_s(call: RecordedCall) -> int:
    """The record has no time for it: it was when most of those were sent who were sent later."""
    first = min(one.dispatched_at for one in call.sent)
    later = Counter(one.dispatched_at - first for one in call.sent if one.dispatched_at > first)
    most = max(later, key=lambda one: (later[one], -one), default=timedelta(0))
    return round(most.total_seconds())


def _times(calls: Sequence[RecordedCall]) -> dict[str, int]:
    """Every recorded time through the steps of an assignment: what is missing or late is named."""
    found: Counter[str] = Counter(units=0, times=0, accepted=0, with_gaps=0, out_of_order=0)
    for call in calls:
        for unit in call.sent:
            one, gaps = _replayed(unit)
            found["units"] += 1
            found["times"] += len(unit.steps)
            found["accepted"] += one.steps == unit.steps
            found["with_gaps"] += bool(gaps)
            found["out_of_order"] += bool(untimely(one))
    return dict(found)


def _replayed(unit: SentUnit) -> tuple[Assignment, set[AssignmentStatus]]:
    """One unit's steps as a desk enters them afterwards; nobody recorded who acknowledged."""
    at = unit.dispatched_at
    one = Assignment(
        AssignmentId(unit.unit), UnitId(unit.unit), IncidentId(unit.unit), 1,
        AssignmentStatus.DISPATCHED, 1, at, at,
    )  # fmt: skip
    gaps: set[AssignmentStatus] = set()
    for name, occurred_at in unit.steps.items():
        status = AssignmentStatus(name)
        gaps |= {*gaps_before(one, status)} - {AssignmentStatus.ACKNOWLEDGED}
        one, _ = stepped(one, Step(status, occurred_at, StatusSource.PAPER))
    return one, gaps


def print_figures(found: Mapping[str, Any]) -> None:
    """For people."""
    console = Console()
    console.print(
        f"{found['calls']} calls, {found['units_a_call']} units a call, at most "
        f"{found['units_a_call_max']}; {found['cards']} cards from {found['derived_from']} calls, "
        f"judged on {found['judged']}"
    )
    table = Table(
        "", "same kinds and counts", "asked, not sent", "sent, not asked", "others differ"
    )
    for name in ("first_order", "whole_call"):
        for label, one in ((name, found[name]), (f"{name}, baseline", found[name]["baseline"])):
            table.add_row(
                label, f"{one['same_pct']} %", str(one["units_asked_and_not_sent"]),
                str(one["units_sent_and_not_asked"]), str(one["others_differ_by_mean"]),
            )  # fmt: skip
    console.print(table)
    console.print(f"later alarms {found['later_alarms']}")
    console.print(f"times {found['times']}")


def main() -> int:
    """Read, measure, print; 2 when the file is not what it should be."""
    parser = argparse.ArgumentParser(prog="beaconfire bench cards")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        found = measure(read_calls(given.data))
    except BadRecords as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_REFUSED
    if given.json:
        print(json.dumps(found))  # noqa: T201  (this is what was asked for)
    else:
        print_figures(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
