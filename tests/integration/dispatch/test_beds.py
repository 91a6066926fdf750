"""The database itself promises no bed that is not there; without its check it would."""

import asyncio
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.ids import HospitalId
from beaconfire_dispatch.adapters.beds import PgBeds, PgBedViews
from beaconfire_dispatch.application.bed_ports import BedCount
from beaconfire_testkit.city import City
from beaconfire_testkit.hospitals import a_hospital

_ONE_MORE = "update hospital set beds_kept = beds_kept + 1 where hospital_id = $1"


async def test_the_table_refuses_one_too_many_whoever_writes_it(city: City, database: str) -> None:
    hospital = await a_hospital(city, "H1", away=0.01, beds=2)
    pool = city.running.ground.database.pool

    done = await asyncio.gather(
        *(pool.execute(_ONE_MORE, hospital) for _ in range(6)), return_exceptions=True
    )

    refused = [one for one in done if isinstance(one, asyncpg.CheckViolationError)]
    assert len(refused) == 4
    counts = await PgBedViews(city.running.ground.database).counts()
    assert (counts[HospitalId(hospital)].beds_free, counts[HospitalId(hospital)].beds_kept) == (
        2,
        2,
    )
    # the fault that the check is for: a table that believes whoever writes
    owner = await asyncpg.connect(database)
    await owner.execute("alter table dispatch.hospital drop constraint hospital_beds")
    await owner.close()
    await pool.execute(_ONE_MORE, hospital)
    counts = await PgBedViews(city.running.ground.database).counts()
    assert counts[HospitalId(hospital)].beds_kept == 3


async def test_a_hospital_that_never_said_is_not_one_without_beds(city: City, tables: Any) -> None:
    hospital = HospitalId(await a_hospital(city, "H1", away=0.01))

    counts = await PgBedViews(city.running.ground.database).counts()

    assert counts[hospital] == BedCount(None, 0, None)
    with pytest.raises(asyncpg.CheckViolationError):
        await tables.tx.connection.execute(
            "update hospital set beds_free = -1 where hospital_id = $1", hospital
        )
    await tables.tx.connection.execute("rollback; begin")
    assert await PgBeds(tables.tx.connection).over(10) == []
