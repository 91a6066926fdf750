"""Stations and hospitals read back as they were kept, by code and by id."""

from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.ids import BodyId, HospitalId, StationId
from beaconfire_contracts.places import Point
from beaconfire_dispatch.application.ports import Station
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON

STATION = Station(
    StationId(new_id()), "S7", "七站", "Station 7", BodyId("b"), Point(174.7, -36.8), "akl"
)
HOSPITAL = HospitalRegistered(HospitalId(new_id()), "H7", "七院", "Hospital 7", Point(174.7, -36.8))


async def test_a_station_reads_back_by_its_code(tables: Any) -> None:
    assert await tables.registers.station_of("S7") is None
    await tables.registers.add_station(STATION)

    assert await tables.registers.station_of("S7") == STATION


async def test_a_station_of_a_map_reads_back_as_it_was_saved(tables: Any) -> None:
    mapped = replace(STATION, layer="stations", retired_at=NOON, mapped_at=NOON)
    await tables.registers.add_station(STATION)

    await tables.registers.save_station(mapped)

    assert await tables.registers.station_of("S7") == mapped


async def test_a_hospital_reads_back_by_its_code(tables: Any) -> None:
    assert await tables.registers.hospital_of("H7") is None
    await tables.registers.add_hospital(HOSPITAL)

    assert await tables.registers.hospital_of("H7") == HOSPITAL


async def test_the_database_keeps_one_station_of_a_code(city: Any) -> None:
    pool = city.running.ground.database.pool

    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(
            "insert into station select $1, code, name_zh, name_en, body, lon, lat, division "
            "from station",
            new_id(),
        )
