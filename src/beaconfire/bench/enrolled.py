"""Units of the bench's own, registered and told by dispatch's use cases, hundreds a transaction."""

from collections.abc import Sequence
from typing import Final

from beaconfire.bench.fleet import SOUTH, WEST
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import BodyId, StationId, UnitId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import PrimaryStatus, UnitKind, UnitStatus
from beaconfire_dispatch.application import register_station, register_unit
from beaconfire_dispatch.application.ports import Station
from beaconfire_dispatch.domain.unit import Unit
from beaconfire_dispatch.main import registers_over, units_over
from beaconfire_platform.clock import wall_now
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id

DIVISION: Final = "akl"
AT_ONCE: Final = 400
"""Two locks each, of the 1,024 that a transaction may have."""
_CAUSE: Final = Cause("bench", "bench")
_ABLE: Final = (frozenset({"fire", "rescue"}), frozenset({"ambulance"}), frozenset({"police"}))


async def enrol(dsn: str, unit_ids: Sequence[str], body: str | None = None) -> None:
    """Have units stand at one station, free; `dsn` is dispatch's."""
    database = await Database.connect("dispatch", dsn, bell=Doorbell(), connections=2)
    try:
        station = _station(body or new_id())
        async with database.transaction(*register_station.keys(station), cause=_CAUSE) as tx:
            await register_station.register_station(station, registers=registers_over(tx), facts=tx)
        units = [_unit(number, one, station) for number, one in enumerate(unit_ids)]
        for first in range(0, len(units), AT_ONCE):
            some = units[first : first + AT_ONCE]
            locks = [lock for one in some for lock in register_unit.keys(one)]
            async with database.transaction(*locks, cause=_CAUSE) as tx:
                for one in some:
                    await register_unit.register_unit(one, units=units_over(tx), facts=tx)
    finally:
        await database.close()


def _station(body: str) -> Station:
    return Station(
        id=StationId(new_id()), code=f"bench-{new_id()[-12:]}", name_zh="测量", name_en="Bench",
        body=BodyId(body), point=Point(WEST, SOUTH), division=DIVISION,
    )  # fmt: skip


def _unit(number: int, unit_id: str, station: Station) -> Unit:
    return Unit(
        id=UnitId(unit_id), call_sign=f"B{unit_id[-12:]}", kind=UnitKind.AMBULANCE,
        body=station.body, station_id=station.id, capabilities=_ABLE[number % len(_ABLE)],
        division=station.division, status=UnitStatus.IN_SERVICE, primary=PrimaryStatus.AVAILABLE,
        since=wall_now(), fence=0, version=1,
    )  # fmt: skip
