"""The database itself refuses a unit on two incidents, whatever the code before it believes."""

from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg
import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.refusals import NotFound, UnitTaken
from beaconfire_contracts.vocabulary import AssignmentStatus
from beaconfire_dispatch.adapters.postgres import PgAssignments, PgUnits
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

CAUSE: Final = Cause(actor="test", correlation_id="test")
NOW: Final = datetime.now(UTC)
_INSERT: Final = """
    insert into assignment (assignment_id, unit_id, incident_id, home_incident_id, during, fence,
        status, version, dispatched_at, acknowledge_by, steps)
    values ($1, $2, $3, $3, $4, 1, 'dispatched', 1, now(), now(), '{}')
"""


async def _insert(city: City, lower: datetime, upper: datetime | None) -> None:
    during = asyncpg.Range(lower, upper)
    await city.running.ground.database.pool.execute(
        _INSERT, new_id(), city.units["E1"]["id"], new_id(), during
    )


def an_order(city: City) -> Assignment:
    return Assignment(
        AssignmentId(new_id()), UnitId(city.units["E1"]["id"]), IncidentId(new_id()), 1,
        AssignmentStatus.DISPATCHED, 1, NOW, NOW, steps={"acknowledged": NOW},
    )  # fmt: skip


async def test_overlapping_times_of_one_unit_are_excluded(city: City) -> None:
    hour = timedelta(hours=1)
    await _insert(city, NOW - 2 * hour, NOW)

    await _insert(city, NOW, NOW + hour)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await _insert(city, NOW - hour, NOW + hour)
    with pytest.raises(asyncpg.ExclusionViolationError):
        await _insert(city, NOW - hour, None)


async def test_a_second_open_assignment_is_refused_by_its_own_index_too(
    city: City, database: str
) -> None:
    owner = await asyncpg.connect(database)
    await owner.execute(
        "alter table dispatch.assignment drop constraint assignment_unit_id_during_excl"
    )
    await owner.close()
    await _insert(city, NOW, None)

    with pytest.raises(asyncpg.UniqueViolationError, match="assignment_one_open"):
        await _insert(city, NOW + timedelta(hours=1), None)


async def test_an_empty_time_which_would_overlap_nothing_is_refused(city: City) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await _insert(city, NOW, NOW)


async def test_what_the_database_refuses_is_told_as_a_taken_unit(city: City) -> None:
    database = city.running.ground.database
    async with database.transaction(cause=CAUSE) as tx:
        await PgAssignments(tx.connection).order(an_order(city))

    with pytest.raises(UnitTaken):
        async with database.transaction(cause=CAUSE) as tx:
            await PgAssignments(tx.connection).order(an_order(city))


async def test_an_assignment_and_its_steps_read_back_as_they_were_kept(city: City) -> None:
    kept = an_order(city)
    async with city.running.ground.database.transaction(cause=CAUSE) as tx:
        assignments = PgAssignments(tx.connection)
        await assignments.order(kept)

        assert await assignments.get(kept.id) == kept
        assert await assignments.open_of_unit(kept.unit_id) == kept
        assert list(await assignments.open_of_incident(kept.incident_id)) == [kept]


async def test_what_is_not_there_is_not_found(city: City) -> None:
    async with city.running.ground.database.reading() as connection:
        with pytest.raises(NotFound):
            await PgUnits(connection).get(UnitId(new_id()))
        with pytest.raises(NotFound):
            await PgAssignments(connection).get(AssignmentId(new_id()))
        assert await PgUnits(connection).by_call_sign("nobody") is None
