"""Stations and hospitals in SQL beside their row mapping."""

from collections.abc import Mapping
from typing import Any, Final

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.ids import BodyId, HospitalId, StationId
from beaconfire_contracts.places import Point
from beaconfire_dispatch.application.ports import Station
from beaconfire_platform.database import Connection

STATION_COLUMNS: Final = (
    "station_id, code, name_zh, name_en, body, lon, lat, division, layer, retired_at, mapped_at"
)
HOSPITAL_COLUMNS: Final = "hospital_id, code, name_zh, name_en, lon, lat"


class PgRegisters:
    """Stations and hospitals over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def station_of(self, code: str) -> Station | None:
        """The station of a code."""
        record = await self._connection.fetchrow(
            f"select {STATION_COLUMNS} from station where code = $1", code
        )
        return None if record is None else station_of(record)

    async def add_station(self, station: Station) -> None:
        """Keep a new station."""
        await self._connection.execute(
            f"insert into station ({STATION_COLUMNS}) "
            "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            *_row(station),
        )

    async def save_station(self, station: Station) -> None:
        """Keep how a station is now; its code names it for ever."""
        await self._connection.execute(
            "update station set name_zh = $3, name_en = $4, body = $5, lon = $6, lat = $7, "
            "division = $8, layer = $9, retired_at = $10, mapped_at = $11 "
            "where station_id = $1 and code = $2",
            *_row(station),
        )

    async def hospital_of(self, code: str) -> HospitalRegistered | None:
        """The hospital of a code."""
        record = await self._connection.fetchrow(
            f"select {HOSPITAL_COLUMNS} from hospital where code = $1", code
        )
        return None if record is None else hospital_of(record)

    async def add_hospital(self, hospital: HospitalRegistered) -> None:
        """Keep a new hospital."""
        await self._connection.execute(
            f"insert into hospital ({HOSPITAL_COLUMNS}) values ($1, $2, $3, $4, $5, $6)",
            hospital.hospital_id, hospital.code, hospital.name_zh, hospital.name_en,
            hospital.point.lon, hospital.point.lat,
        )  # fmt: skip


def _row(station: Station) -> tuple[object, ...]:
    return (
        station.id, station.code, station.name_zh, station.name_en, station.body,
        station.point.lon, station.point.lat, station.division, station.layer, station.retired_at,
        station.mapped_at,
    )  # fmt: skip


def station_of(record: Mapping[str, Any]) -> Station:
    """A station from its row."""
    return Station(
        StationId(str(record["station_id"])),
        record["code"],
        record["name_zh"],
        record["name_en"],
        BodyId(record["body"]),
        Point(record["lon"], record["lat"]),
        record["division"],
        record["layer"],
        record["retired_at"],
        record["mapped_at"],
    )


def hospital_of(record: Mapping[str, Any]) -> HospitalRegistered:
    """A hospital from its row."""
    return HospitalRegistered(
        HospitalId(str(record["hospital_id"])),
        record["code"],
        record["name_zh"],
        record["name_en"],
        Point(record["lon"], record["lat"]),
    )
