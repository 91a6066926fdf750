"""What is kept beside an advice and is no part of its decision: versions, who was away, the legs
off the road.

Read and reckoned for those incidents alone that are advised on, never in a round without news.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.away_rows import AwayRows, away_units
from beaconfire_dispatch.adapters.made_of import MadeOf
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.snapshot import Snapshot
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.engine.away import Away, AwayColumns, AwayFew
from beaconfire_dispatch.domain.engine.explain import Advice
from beaconfire_dispatch.domain.engine.state import Slot
from beaconfire_platform.database import Database


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What was so when it was decided (当时情况)."""

    made_of: MadeOf
    away: Mapping[str, AwayFew] = field(default_factory=dict[str, AwayFew])
    """By reason: able units that the picture leaves out."""
    off_road_s: Mapping[str, float] = field(default_factory=dict[str, float])
    """By unit: the seconds of its way from its place to the road and from the road to the door;
    none where times are of straight lines."""


class Witness:
    """Says what was so, of several incidents at once (见证)."""

    def __init__(self, database: Database, roads: Roads, whereabouts: Whereabouts) -> None:
        """The same roads and fixes that the picture was taken of."""
        self._database = database
        self._roads = roads
        self._whereabouts = whereabouts
        self._known = AwayRows()

    async def tell(
        self, taken: Snapshot, advice: Collection[Advice]
    ) -> Mapping[str, Circumstances]:
        """By incident."""
        async with self._database.reading() as connection:
            rows = await self._known.read(connection)
        place = taken.situation.fleet.place
        away = [
            one for one in away_units(rows, taken.at_work, self._whereabouts)
            if one.unit_id not in place
        ]  # fmt: skip
        return await asyncio.to_thread(self._told, taken, advice, away)

    def _told(
        self, taken: Snapshot, advice: Collection[Advice], away: list[Away]
    ) -> Mapping[str, Circumstances]:
        """Beside the loop: hundreds of incidents may be news at once."""
        columns, asked = AwayColumns(away), defaultdict[str, list[Slot]](list)
        for slot in taken.situation.slots:
            asked[slot.incident_id].append(slot)
        off_road_s = self._off_road_s(taken, advice)
        told: dict[str, Circumstances] = {}
        for one in advice:
            slots, at = asked.get(one.incident_id), taken.demands[one.incident_id].point
            told[one.incident_id] = Circumstances(
                taken.made_of,
                {} if slots is None or at is None else columns.of(slots, at),
                off_road_s.get(one.incident_id, {}),
            )
        return told

    def _off_road_s(
        self, taken: Snapshot, advice: Collection[Advice]
    ) -> Mapping[str, dict[str, float]]:
        """By incident and unit; each place is looked for once."""
        fleet = taken.situation.fleet
        sent = [
            (one.incident_id, choice.unit_id)
            for one in advice for option in one.options for choice in option.choices
        ]  # fmt: skip
        places = {unit_id: taken.places[fleet.place[unit_id]] for _, unit_id in sent}
        goals = {name: goal for name, _ in sent if (goal := taken.demands[name].point) is not None}
        legs = self._legs([*places.values(), *goals.values()])
        found: dict[str, dict[str, float]] = {}
        for name, unit_id in sent:
            if legs is not None and name in goals:
                both_s = legs[places[unit_id]] + legs[goals[name]]
                found.setdefault(name, {})[unit_id] = round(both_s, 1)
        return found

    def _legs(self, points: list[Point]) -> dict[Point, float] | None:
        seconds = self._roads.off_road_s(points)
        return None if seconds is None else dict(zip(points, seconds.tolist(), strict=True))
