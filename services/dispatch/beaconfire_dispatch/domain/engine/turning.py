"""Who is turned round by a decision, whose place is taken, and who is needed no more."""

from collections.abc import Mapping
from typing import Any

from beaconfire_dispatch.domain.engine.state import Situation, UnderWay

Pairs = Mapping[int, int]


def is_sent(situation: Situation, row: int, column: int) -> bool:
    """Whether a pair asks for an order: not for whoever is under way to the incident already."""
    unit = situation.units[column]
    return unit.under_way is None or unit.under_way.incident_id != situation.slots[row].incident_id


def replaced(situation: Situation, pairs: Pairs, row: int) -> UnderWay | None:
    """The order of whoever is under way to a slot that another gets, and is needed nowhere else."""
    column = _holder(situation, row)
    if column is None or column in pairs.values():
        return None
    return situation.units[column].under_way


def turning(situation: Situation, pairs: Pairs, row: int) -> list[dict[str, Any]]:
    """That a crew is turned round for this slot (`turned_round`), and whose place it takes: of one
    that is stood down (`takes_over`) or goes elsewhere (`stands_in`), in seconds earlier.
    """
    column, before = pairs[row], _holder(situation, row)
    under_way = situation.units[column].under_way
    reasons: list[dict[str, Any]] = []
    if under_way is not None:
        reasons.append({"code": "turned_round", "from_id": under_way.incident_id})
    if before is not None:
        stands_down = replaced(situation, pairs, row) is not None
        earlier_s = _eta_s(situation, row, before) - _eta_s(situation, row, column)
        reasons.append(
            {"code": "takes_over" if stands_down else "stands_in",
             "call_sign": situation.units[before].call_sign, "earlier_by_s": round(earlier_s, 1)}
        )  # fmt: skip
    return reasons


def _holder(situation: Situation, row: int) -> int | None:
    """The place of whoever is under way to a slot."""
    held_by = situation.slots[row].held_by
    return None if held_by is None else situation.fleet.place.get(held_by)


def _eta_s(situation: Situation, row: int, column: int) -> float:
    return situation.units[column].mobilise_s + float(situation.road_s[column, row])
