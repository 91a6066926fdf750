"""Lists show exactly what the access rule lets through, page after page."""

from typing import Any

from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.views import PgViews
from beaconfire_dispatch.entrypoints.admitting import assignment_resource, unit_resource
from beaconfire_platform.access.allow import allow, reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import CELL, City
from beaconfire_testkit.service import a_subject


def _people(city: City) -> list[Subject]:
    unit_id = city.units["E1"]["id"]
    return [
        a_subject(Role.DISPATCHER),
        a_subject(Role.DISPATCHER, reach="akl"),
        a_subject(Role.DISPATCHER, reach="akl.d1"),
        a_subject(Role.DISPATCHER, reach="akl.d10"),
        a_subject(Role.VIEWER, reach="wlg", body=city.centre.body),
        a_subject(Role.FIELD, unit_id=unit_id),
        a_subject(Role.GRID_WORKER),
        a_subject(Role.REPORTER),
    ]


async def test_units_in_a_list_are_those_that_may_be_read_one_by_one(city: City) -> None:
    views = PgViews(city.running.ground.database)
    every = await views.units(
        bounds(reach(a_subject(Role.SERVICE), "unit.read")), after="", limit=9
    )
    assert len(every) == 4

    some = [city.units["E1"]["id"], city.units["L1"]["id"], new_id()]
    for person in _people(city):
        within = bounds(reach(person, "unit.read"))
        seen = await views.units(within, after="", limit=9)
        among = await views.units_among(within, some)
        expected = [one for one in every if allow(person, "unit.read", unit_resource(one)).allowed]

        assert list(seen) == expected, person.grants
        assert list(among) == [one for one in expected if one.unit.id in some], person.grants


async def test_assignments_in_a_list_are_those_that_may_be_read_one_by_one(city: City) -> None:
    await city.order(await city.incident(path=CELL), "E1")
    await city.order(await city.incident(path=None), "E2")
    await city.order(await city.incident(path="unplaced"), "A1")
    views = PgViews(city.running.ground.database)

    async def listed(person: Subject) -> list[Any]:
        within = bounds(reach(person, "assignment.read"))
        return list(
            await views.assignments(
                within, unit_id=None, incident_id=None, is_open=None, after="", limit=9
            )
        )

    every = await listed(a_subject(Role.DISPATCHER))
    assert len(every) == 3
    for person in _people(city):
        expected = [
            one
            for one in every
            if allow(person, "assignment.read", assignment_resource(one)).allowed
        ]
        assert await listed(person) == expected, person.grants


async def test_a_recommendation_is_known_under_its_own_incident_only(
    city: City, planner: Any
) -> None:
    incident_id = await city.incident()
    await planner.plan()
    views = PgViews(city.running.ground.database)
    advice = await views.advice(incident_id)  # pyright: ignore[reportArgumentType]  (an id is text)

    assert advice is not None
    known: Any = incident_id
    assert await views.was_recommended(known, advice.recommendation_id)
    unknown: Any = new_id()
    assert not await views.was_recommended(unknown, advice.recommendation_id)
    assert await views.advice(unknown) is None
