"""One picture for the engine: open demands, units that may be sent, and the roads between them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.at_work import AtWork, read_at_work, read_turned
from beaconfire_dispatch.adapters.commands import command_of, read_commands
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.adapters.instructions import read_in_force
from beaconfire_dispatch.adapters.kept_picture import UNREACHABLE_S, picture_of
from beaconfire_dispatch.adapters.known_rows import FreeUnit, KnownRows, free_of
from beaconfire_dispatch.adapters.made_of import MadeOf, made_of
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot
from beaconfire_dispatch.domain.engine.stepping import LetPass, nobody
from beaconfire_dispatch.domain.engine_rules import EngineRules
from beaconfire_dispatch.domain.instruction import InstructionKind
from beaconfire_dispatch.domain.still_short import lines_of
from beaconfire_platform.database import Database

"""Lets pass whoever is waited for, between two steps of a work that nobody waits for (让行)."""
_POSTS: Final = "select lon, lat from station where retired_at is null order by station_id"
# Whoever was sent before it was reopened answered the response that ended then.
_SERVED: Final = """
    select a.incident_id, u.capabilities from assignment a
    join unit u using (unit_id) join demand d using (incident_id)
    where a.status = 'cleared' and a.incident_id = any($1::uuid[])
      and (a.dispatched_at >= d.opened_at or a.home_incident_id <> a.incident_id)
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the engine decides on."""

    situation: Situation
    demands: dict[str, Demand]
    versions: Mapping[str, int]
    """Of each unit in it, so that a decision is kept only while they still are what they were."""
    places: Sequence[Point]
    """Where each unit is."""
    taken_at: datetime
    made_of: MadeOf
    at_work: Sequence[AtWork] = ()
    """Everybody who is on an order, among them who may still be turned round."""

    def picture(self, let_pass: LetPass = nobody) -> dict[str, Any]:
        """The same as it is kept with a decision: `situation_of` makes the same situation of it."""
        return picture_of(self.situation, self.places, self.taken_at, let_pass)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the tables said at one moment."""

    demands: list[Demand]
    units: list[FreeUnit]
    at_work: list[AtWork]
    served: list[Any]
    """What those can do who have done their work on an incident."""
    turned: Mapping[str, int]
    rules: EngineRules
    posts: list[Any]
    said: list[tuple[str, str, InstructionKind]]
    """What desks said of units: incident, unit, kind."""
    commands: Mapping[str, Command]
    """By body: down from where its orders reach."""


@dataclass(frozen=True, slots=True)
class _Understood:
    """The same as the engine names it."""

    demands: dict[str, Demand]
    slots: tuple[Slot, ...]
    units: list[tuple[Free, Point]]
    """With the place of each one's station."""
    posts: list[Point]
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Who may be sent to one incident: all its lines have the same."""

    vetoed: frozenset[str]
    diversions_left: int
    command: Command | None


async def take_snapshot(
    database: Database,
    roads: Roads,
    whereabouts: Whereabouts,
    now: datetime,
    known: KnownRows | None = None,
    *,
    supposed: Demand | None = None,
    let_pass: LetPass = nobody,
) -> Snapshot:
    """Read all at one moment; what was answered already asks for nobody again.

    `let_pass` is called in a thread between small steps. A `supposed` demand stands beside those
    that are open, or in place of the same incident's.
    """
    known = known or KnownRows()
    tables = await _read(database, known)
    if supposed is not None:
        others = [one for one in tables.demands if one.incident_id != supposed.incident_id]
        tables = replace(tables, demands=[*others, supposed])
    read = await asyncio.to_thread(_understand, tables, now, let_pass)
    places = [whereabouts.of(unit.unit_id, home) for unit, home in read.units]
    decided_by = made_of(roads)
    situation = await asyncio.to_thread(_situation, read, roads, places, tables.rules, let_pass)
    return Snapshot(situation, read.demands, read.versions, places, now, decided_by, tables.at_work)


def _situation(
    read: "_Understood",
    roads: Roads,
    places: Sequence[Point],
    rules: EngineRules,
    let_pass: LetPass,
) -> Situation:
    let_pass()
    road_s = _finite(_to_slots(read.slots, read.demands, roads, places))
    let_pass()
    posts_s = _finite(roads.matrix(places, read.posts))
    units = tuple(unit for unit, _ in read.units)
    return Situation(read.slots, units, road_s, roads.method, posts_s, rules.prices)


def _to_slots(
    slots: Sequence[Slot], demands: Mapping[str, Demand], roads: Roads, places: Sequence[Point]
) -> np.ndarray:
    """Road seconds from each place to each slot; the road to an incident is found once."""
    order = {one: number for number, one in enumerate(dict.fromkeys(s.incident_id for s in slots))}
    goals = [point for one in order if (point := demands[one].point) is not None]
    return roads.matrix(places, goals)[:, [order[slot.incident_id] for slot in slots]]


async def _read(database: Database, known: KnownRows) -> _Read:
    async with database.reading() as connection:
        demands = await known.demands(connection)
        names = [one.incident_id for one in demands]
        return _Read(
            demands,
            await known.units(connection),
            await read_at_work(connection),
            await connection.fetch(_SERVED, names),
            await read_turned(connection, names),
            await PgEngineRules(connection).get(),
            await connection.fetch(_POSTS),
            await read_in_force(connection),
            await read_commands(connection),
        )


def _understand(read: _Read, now: datetime, let_pass: LetPass) -> _Understood:
    """Beside the loop: hundreds of open incidents are much to look through."""
    demands = {str(one.incident_id): one for one in read.demands}
    served: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
    for one in read.served:
        served[str(one["incident_id"])].append(frozenset(one["capabilities"]))
    at_work: defaultdict[str, list[AtWork]] = defaultdict(list)
    for one in read.at_work:
        at_work[one.order.incident_id].append(one)
    vetoed: defaultdict[str, set[str]] = defaultdict(set)
    for name, unit_id, kind in read.said:
        if kind is InstructionKind.VETOED:
            vetoed[name].add(unit_id)
    slots: list[Slot] = []
    for name, demand in demands.items():
        let_pass()
        bounds = _Bounds(
            frozenset(vetoed[name]), read.rules.diversions_max - read.turned.get(name, 0),
            command_of(demand.owner, read.commands),
        )  # fmt: skip
        slots += _slots(demand, served.get(name, []), at_work.get(name, []), now, bounds)
    units = sorted(_units(read, demands), key=lambda one: one[0].unit_id)
    versions = {one.free.unit_id: one.version for one in read.units}
    versions |= {str(one.unit.id): one.unit.version for one in read.at_work}
    return _Understood(
        demands,
        tuple(slots),
        units,
        [Point(one["lon"], one["lat"]) for one in read.posts],
        versions,
    )


def _units(read: _Read, demands: Mapping[str, Demand]) -> Iterator[tuple[Free, Point]]:
    """Who is free, and who is on the way to something that is matched."""
    kept_for = {unit_id: name for name, unit_id, kind in read.said if kind is InstructionKind.KEPT}
    for one in read.units:
        name = kept_for.get(one.free.unit_id)
        yield (one.free if name is None else replace(one.free, pinned_to=name)), one.home
    for one in read.at_work:
        demand = demands.get(one.order.incident_id)
        if one.may_turn and demand is not None:
            free = free_of(one.unit)
            name = kept_for.get(free.unit_id)
            yield (
                replace(
                    free,
                    answering=demand.urgency,
                    under_way=one.order,
                    pinned_to=name,
                    is_bound=free.is_bound or one.was_turned,
                ),
                one.home,
            )


def _slots(
    demand: Demand,
    served: list[frozenset[str]],
    at_work: list[AtWork],
    now: datetime,
    bounds: _Bounds,
) -> list[Slot]:
    """Its lines that nobody fills, and those whose unit is still on its way.

    Who was sent is not sent away again since somebody else's crew is missing: what is on the way
    stands in no group, and what is left of a group stays one.
    """
    if demand.answered:
        return []
    assert demand.opened_at is not None  # noqa: S101  (a demand with a response was opened)
    assert demand.target_at is not None  # noqa: S101  (and has a target)
    elapsed_s = max(0.0, (now - demand.opened_at).total_seconds())
    target_s = (demand.target_at - demand.opened_at).total_seconds()
    staying = [*served, *(one.unit.capabilities for one in at_work if not one.may_turn)]
    coming = [one.unit for one in at_work if one.may_turn]
    sent = [*staying, *(one.capabilities for one in coming)]
    slots: list[Slot] = []
    for line in lines_of(demand.needs, sent):
        place, need = line.filled_by, line.need
        if place is not None and place < len(staying):
            continue
        holder = None if place is None else str(coming[place - len(staying)].id)
        slots.append(
            Slot(
                str(demand.incident_id), need.capability, demand.urgency, elapsed_s, target_s,
                holder, bounds.diversions_left > 0, need.alternatives,
                None if holder else need.group, demand.whereabouts, bounds.vetoed,
                max(0, bounds.diversions_left), bounds.command,
            )
        )  # fmt: skip
    return slots


def _finite(seconds: np.ndarray) -> np.ndarray:
    """Whole tenths, so that what is kept is exactly what was decided on."""
    return np.round(np.where(np.isfinite(seconds), seconds, UNREACHABLE_S), 1)
