"""Incidents in their table: what is kept is what is read, and the nearest are found."""

from dataclasses import replace
from datetime import timedelta

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import BodyId, IncidentId, SeatId
from beaconfire_contracts.places import Participation, Point
from beaconfire_contracts.vocabulary import (
    EventGrade,
    ParticipationRole,
    ParticipationState,
    Priority,
)
from beaconfire_incident.adapters.postgres import PgBodies, PgIncidents
from beaconfire_incident.domain.incident import Standing
from beaconfire_testkit.centre import AKL, Centre

CAUSE = Cause(actor="test", correlation_id="test")


async def test_an_incident_is_read_as_it_was_kept(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    async with centre.running.ground.database.transaction(cause=CAUSE) as tx:
        table = PgIncidents(tx)
        known = await table.get(one)
        part = Participation(
            BodyId("b"), ParticipationRole.LEAD, ParticipationState.ASKED, None, known.opened_at
        )
        changed = replace(
            known, participations=(part,), grade=next(iter(EventGrade)), version=9,
            own=Standing(Priority.P3, "type", known.opened_at, known.heard_at),
        )  # fmt: skip
        await table.save(changed)

        assert await table.get(one) == changed


async def test_only_live_incidents_near_in_time_and_space_are_found(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    async with centre.running.ground.database.transaction(cause=CAUSE) as tx:
        table = PgIncidents(tx)
        known = await table.get(one)
        here, away, body = Point(*AKL), Point(AKL[0] + 0.1, AKL[1]), BodyId(centre.body)
        since = known.heard_at - timedelta(minutes=1)

        found = await table.around(here, 500.0, since, receiver=body)
        assert ([each[0] for each in found.near], found.opening) == ([one], None)
        for nothing in (
            await table.around(away, 500.0, since, receiver=body),
            await table.around(here, 500.0, known.heard_at + timedelta(minutes=1), receiver=body),
        ):
            assert nothing.near == ()
            assert nothing.opening is not None
            assert nothing.opening.number > known.number
        unknown = await table.around(away, 500.0, since, receiver=BodyId("none"))
        assert (unknown.near, unknown.opening) == ((), None)
        assert await table.is_worked_on(one) is False


async def test_bodies_and_seats_are_those_that_agency_told_of(centre: Centre) -> None:
    cause = Cause("test", "bodies")
    async with centre.running.ground.database.transaction(cause=cause) as tx:
        bodies = PgBodies(tx.connection)
        found = await bodies.opening(BodyId(centre.body))

        assert found is not None
        known, number = found.body, found.number
        assert number > 0
        assert await bodies.opening(BodyId("none")) is None
        assert (known.pool_seat, known.division) == (centre.pool, "akl")
        assert await bodies.body_of_seat(SeatId(centre.seats[0])) == centre.body
        assert await bodies.body_of_seat(SeatId("none")) is None
