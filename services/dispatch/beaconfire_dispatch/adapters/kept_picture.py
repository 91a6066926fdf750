"""The picture that a decision was made on, as it is kept: the same decision comes of it again.

Road times are packed columns of whole tenths, one for each incident whose slots all lie in one
place: in figures of their own they would be a hundred megabytes where 10,000 units are matched with
hundreds of incidents.
"""

import base64
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_dispatch.domain.engine.state import Free, Prices, Situation, Slot, UnderWay
from beaconfire_dispatch.domain.engine.stepping import LetPass, nobody, stepping

UNREACHABLE_S: Final = 1e9
"""Where no road leads: finite, so that it can be kept, and beyond all that is ever proposed."""
_NO_ROAD: Final = -1
_TENTHS: Final = np.dtype("<i4")
_BODY: Final = 2
"""After a unit's place; older pictures do not say whose a unit is, nor who answers."""
_LEVEL: Final = 1
"""Of zlib: the fastest; a picture is kept for minutes, and packed in every round that decides."""


def picture_of(
    situation: Situation,
    places: Sequence[Point],
    taken_at: datetime,
    let_pass: LetPass = nobody,
) -> dict[str, Any]:
    """What is kept of a situation whose road seconds are whole tenths; `situation_of` reads it.

    Thousands of units by hundreds of incidents are half a second of work: to be done beside the
    loop, and only where something is kept.
    """
    commands = _commands_of(situation)
    return {
        "at": taken_at.isoformat(),
        "method": situation.method,
        "slots": [
            [one.incident_id, one.capability, one.priority, one.elapsed_s, one.target_s,
             one.held_by, one.may_divert, one.alternatives, one.group, one.path, sorted(one.vetoed),
             one.diversions_left,
             None if one.command is None else commands[one.command]]
            for one in stepping(situation.slots, let_pass)
        ],
        "units": [
            [one.unit_id, one.call_sign, sorted(one.capabilities), one.idle_since_s,
             one.mobilise_s, one.answering, one.is_bound, one.path, one.pinned_to,
             None if one.under_way is None else
             [one.under_way.incident_id, one.under_way.assignment_id], place.lon, place.lat,
             one.body]
            for one, place in stepping(zip(situation.units, places, strict=True), let_pass)
        ],
        "prices": [situation.prices.level, situation.prices.cover],
        "commands": [[one.body, one.division, sorted(one.below)] for one in commands],
        "posts": situation.posts_s.shape[1],
        "road_s": _packed(situation.road_s[:, _first_of_each(situation.slots)]),
        "posts_s": _packed(situation.posts_s),
    }  # fmt: skip


def situation_of(kept: Mapping[str, Any]) -> Situation:
    """The situation that a decision was made on, from what was kept with it."""
    units = [_unit_of(*one) for one in kept["units"]]
    commands = [Command(body, at, frozenset(below)) for body, at, below in kept.get("commands", ())]
    slots = [_slot_of(one, commands) for one in kept["slots"]]
    incidents = _places_of(slots)
    road_s = _unpacked(kept["road_s"], len(units), len(incidents))
    return Situation(
        tuple(slots),
        tuple(units),
        road_s[:, [incidents[one.incident_id] for one in slots]],
        kept["method"],
        _unpacked(kept["posts_s"], len(units), kept["posts"]),
        Prices(*kept["prices"]),
    )


def _commands_of(situation: Situation) -> dict[Command, int]:
    """Who answers, each once with a number."""
    every = dict.fromkeys(one.command for one in situation.slots if one.command is not None)
    return {one: number for number, one in enumerate(every)}


def _places_of(slots: Sequence[Slot]) -> dict[str, int]:
    """The column of each incident, in the order in which they are met."""
    return {name: at for at, name in enumerate(dict.fromkeys(one.incident_id for one in slots))}


def _first_of_each(slots: Sequence[Slot]) -> list[int]:
    """The first slot of each incident, in the same order."""
    found: dict[str, int] = {}
    for row, one in enumerate(slots):
        found.setdefault(one.incident_id, row)
    return list(found.values())


def _packed(seconds: np.ndarray) -> str:
    tenths = np.where(seconds < UNREACHABLE_S, np.rint(seconds * 10.0), _NO_ROAD).astype(_TENTHS)
    return base64.b64encode(zlib.compress(tenths.tobytes(), _LEVEL)).decode("ascii")


def _unpacked(packed: str, rows: int, columns: int) -> np.ndarray:
    tenths = np.frombuffer(zlib.decompress(base64.b64decode(packed)), _TENTHS)
    seconds = np.where(tenths == _NO_ROAD, UNREACHABLE_S, tenths / 10.0)
    return seconds.reshape(rows, columns)


def _unit_of(unit_id: str, call_sign: str, capabilities: list[str], *rest: Any) -> Free:
    idle_since_s, mobilise_s, answering, is_bound, path, pinned_to, under_way, *after = rest
    order = None if under_way is None else UnderWay(*under_way)
    body = after[_BODY] if len(after) > _BODY else None
    return Free(
        unit_id, call_sign, frozenset(capabilities), idle_since_s, mobilise_s, answering, is_bound,
        path, pinned_to, order, body,
    )  # fmt: skip


def _slot_of(first: list[Any], commands: Sequence[Command]) -> Slot:
    incident_id, capability, priority, elapsed_s, target_s, held_by, may_divert, *rest = first
    alternatives, group, path, vetoed, diversions_left, *after = rest
    command = None if not after or after[0] is None else commands[after[0]]
    return Slot(
        incident_id, capability, priority, elapsed_s, target_s, held_by, may_divert,
        tuple(alternatives), group, path, frozenset(vetoed), diversions_left, command,
    )  # fmt: skip
