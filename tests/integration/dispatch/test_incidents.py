"""What dispatch has not heard of yet is read from incident; without an answer it says so."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.incidents import HttpIncidents, IncidentAway
from beaconfire_incident.main import build
from beaconfire_incident.settings import IncidentSettings
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_testkit.centre import AKL, Centre, a_centre
from beaconfire_testkit.city import City, post
from beaconfire_testkit.postgres import PostgresServer
from beaconfire_testkit.service import a_subject, running_service


async def _incident(ground: Ground) -> Service:
    return await build(ground, IncidentSettings())


@pytest.fixture
async def centre(postgres_server: PostgresServer) -> AsyncGenerator[Centre]:
    """A real incident service and a centre that works with it."""
    name = f"incident_{new_id().replace('-', '')[-12:]}"
    dsn = await postgres_server.create(name)
    async with running_service(dsn, "incident", _incident) as running:
        yield await a_centre(running)
    await postgres_server.drop(name)


async def test_an_incident_is_read_as_its_facts_will_tell_it(centre: Centre) -> None:
    taken = await centre.report()
    incidents = HttpIncidents(centre.running.client(a_subject(Role.SERVICE)))

    demand = await incidents.read(IncidentId(taken["incident_id"]))

    assert demand is not None
    assert (demand.number, demand.type, demand.priority) == (taken["number"], "fire.structure", 1)
    assert demand.point is not None
    assert (round(demand.point.lon, 4), round(demand.point.lat, 4)) == AKL
    assert (demand.owner, demand.ended, demand.merged_into) == (centre.body, False, None)
    assert demand.opened_at is not None
    assert demand.response_id is None


async def test_what_is_over_or_merged_is_read_as_such(centre: Centre) -> None:
    desk = centre.client()
    first, second = [
        (await centre.report(type=one, text=one))["incident_id"]
        for one in ("fire.structure", "medical.chest-pain")
    ]
    await post(desk, f"/v1/incidents/{first}/merge", {"into": second})
    incidents = HttpIncidents(centre.running.client(a_subject(Role.SERVICE)))

    merged = await incidents.read(IncidentId(first))

    assert merged is not None
    assert merged.merged_into == second
    assert not merged.is_live


async def test_what_nobody_knows_is_nothing(centre: Centre) -> None:
    incidents = HttpIncidents(centre.running.client(a_subject(Role.SERVICE)))

    assert await incidents.read(IncidentId(new_id())) is None


async def test_while_incident_is_away_the_question_is_asked_again_later(city: City) -> None:
    with pytest.raises(IncidentAway):
        await HttpIncidents(city.running.ground.http).read(IncidentId(new_id()))

    answer = await city.desk.get(f"/v1/incidents/{new_id()}/recommendation")
    assert (answer.status_code, answer.json()["code"]) == (503, "incident_away")
    assert answer.headers["Retry-After"] == "1"
