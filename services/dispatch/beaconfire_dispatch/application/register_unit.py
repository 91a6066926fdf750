"""Register stations, hospitals and units: idempotent by code, so that a seeding may be repeated."""

from typing import Protocol

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.dispatch import (
    HospitalRegistered,
    StationRegistered,
    UnitRegistered,
)
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Facts, Station, Units, unit_scope
from beaconfire_dispatch.domain.unit import Unit


class Registers(Protocol):
    """Where stations and hospitals are kept."""

    async def add_station(self, station: Station) -> bool:
        """Keep a station; False when its code is known already."""
        ...

    async def add_hospital(self, hospital: HospitalRegistered) -> bool:
        """Keep a hospital; False when its code is known already."""
        ...


def keys(code: str) -> tuple[LockKey, ...]:
    """One code at a time."""
    return (aggregate(f"code/{code}"),)


async def register_station(station: Station, *, registers: Registers, facts: Facts) -> None:
    """Keep and tell a station."""
    if await registers.add_station(station):
        await facts.tell(
            StationRegistered(
                station.id, station.code, station.name_zh, station.name_en, station.body,
                station.point, station.division,
            ),
            scope=Scope(owner=str(station.body), division=station.division),
        )  # fmt: skip


async def register_hospital(
    hospital: HospitalRegistered, *, registers: Registers, facts: Facts
) -> None:
    """Keep and tell a hospital."""
    if await registers.add_hospital(hospital):
        await facts.tell(hospital)


async def register_unit(unit: Unit, *, units: Units, facts: Facts) -> Unit:
    """Keep and tell a unit; the one that has the call sign already is answered instead."""
    known = await units.by_call_sign(unit.call_sign)
    if known is not None:
        return known
    await units.add(unit)
    await facts.tell(
        UnitRegistered(
            unit.id, unit.call_sign, unit.kind, unit.body, unit.station_id,
            tuple(sorted(unit.capabilities)), unit.division, unit.status, unit.primary,
        ),
        scope=unit_scope(unit),
    )  # fmt: skip
    return unit
