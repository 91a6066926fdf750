"""Follow a map of stations: registered, changed or retired as geo tells of each, by its code."""

from collections.abc import Callable
from dataclasses import replace

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.geo import StationMapped, StationUnmapped
from beaconfire_contracts.facts.stations import StationChanged, StationRetired
from beaconfire_contracts.ids import StationId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Facts, Registers, Station
from beaconfire_dispatch.application.register_station import register_station

Followed = StationMapped | StationUnmapped
"""What geo tells of the stations of a map."""


def keys(told: Followed) -> tuple[LockKey, ...]:
    """The layer, whose facts come in order, and the code, which others may be registering."""
    return (aggregate(told.layer), aggregate(f"station-code/{told.code}"))


async def follow_station(
    told: Followed, *, registers: Registers, facts: Facts, new_id: Callable[[], str]
) -> None:
    """Keep and tell what is new; nobody is told what is known.

    The newest map that has a code has its station, also one that somebody registered by hand; a map
    that leaves it out retires it only where no other one took it over. Maps tell in streams of
    their own, of which one may be behind: the moment says which is the newest.
    """
    known = await registers.station_of(told.code)
    if isinstance(told, StationUnmapped):
        if known is not None and known.layer == told.layer and known.retired_at is None:
            await _retire(known, told, registers, facts)
    elif known is None:
        await register_station(_as_mapped(told, new_id()), registers=registers, facts=facts)
    elif not _is_behind(told, known) and (now := _as_mapped(told, known.id)) != known:
        await registers.save_station(now)
        if replace(known, layer=now.layer, mapped_at=now.mapped_at) != now:
            await _tell_changed(now, told, facts)


def _is_behind(told: StationMapped, known: Station) -> bool:
    """Whether another map took the station over since; what one map tells comes in its order."""
    return (
        known.layer != told.layer
        and known.mapped_at is not None
        and told.mapped_at < known.mapped_at
    )


def _as_mapped(told: StationMapped, station_id: str) -> Station:
    return Station(
        StationId(station_id), told.code, told.name_zh, told.name_en, told.body, told.point,
        told.division, told.layer, mapped_at=told.mapped_at,
    )  # fmt: skip


async def _retire(
    known: Station, told: StationUnmapped, registers: Registers, facts: Facts
) -> None:
    await registers.save_station(replace(known, retired_at=told.unmapped_at))
    await facts.tell(StationRetired(known.id, told.unmapped_at), scope=_scope(known))


async def _tell_changed(now: Station, told: StationMapped, facts: Facts) -> None:
    changed = StationChanged(
        now.id, now.code, now.name_zh, now.name_en, now.body, now.point, now.division,
        told.mapped_at,
    )  # fmt: skip
    await facts.tell(changed, scope=_scope(now))


def _scope(station: Station) -> Scope:
    return Scope(owner=str(station.body), division=station.division)
