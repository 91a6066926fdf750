"""Standing by over HTTP: proposed, ordered, declined; the crew reads its own, nobody else's."""

from beaconfire_contracts.facts.standing_by import StandbyDeclined, StandbyOrdered
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, get
from beaconfire_testkit.service import a_subject


def path_of(city: City, call_sign: str) -> str:
    return f"/v1/units/{city.units[call_sign]['id']}/standby"


async def test_a_desk_sends_a_free_unit_to_a_station_and_its_crew_reads_it(city: City) -> None:
    other = await city.add_station("S2", point={"lon": 174.9, "lat": -36.8})

    answer = await city.desk.put(path_of(city, "E1"), json={"station_id": other["id"]})

    assert (answer.status_code, answer.json()["station"]) == (200, "S2")
    assert (answer.json()["state"], answer.json()["reason"]) == ("ordered", None)
    [told] = await city.running.told(StandbyOrdered)
    assert told.station_id == other["id"]
    mine = await get(city.crew("E1"), "/v1/standby")
    theirs = await get(city.crew("E2"), "/v1/standby")
    assert ([one["call_sign"] for one in mine["items"]], theirs["items"]) == (["E1"], [])


async def test_who_is_sent_to_an_incident_stands_by_nowhere(city: City) -> None:
    await city.desk.put(path_of(city, "E1"), json={"station_id": city.station["id"]})

    await city.order(await city.incident("fire"), "E1")

    assert (await get(city.desk, "/v1/standby"))["items"] == []
    refused = await city.desk.put(path_of(city, "E1"), json={"station_id": city.station["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "unit_at_work")


async def test_what_nobody_proposed_is_not_declined_and_no_strange_station_is_taken(
    city: City,
) -> None:
    declined = await city.desk.delete(path_of(city, "E1"))
    strange = await city.desk.put(path_of(city, "E1"), json={"station_id": new_id()})

    assert (declined.status_code, declined.json()["code"]) == (409, "nothing_proposed")
    assert (strange.status_code, strange.json()["code"]) == (422, "unknown_station")
    assert await city.running.told(StandbyDeclined) == []


async def test_only_a_desk_of_its_reach_sends_a_unit_to_stand_by(city: City) -> None:
    asked = {"station_id": city.station["id"]}
    far = city.running.client(a_subject(Role.DISPATCHER, reach="wlg"))

    assert (await city.crew("E1").put(path_of(city, "E1"), json=asked)).status_code == 403
    assert (await far.put(path_of(city, "E1"), json=asked)).status_code in (403, 404)
