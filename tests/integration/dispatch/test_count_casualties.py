"""The same count again changes nothing; a count of what nobody typed yet asks for ambulances."""

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.application.count_casualties import CountCasualties, keys
from beaconfire_dispatch.domain.casualties import Casualties
from beaconfire_testkit.city import City


async def test_it_is_kept_with_the_incident_and_asks_for_ambulances_of_itself(city: City) -> None:
    incident_id = await city.incident(None)
    path = f"/v1/incidents/{incident_id}/casualties"
    answer = await city.desk.put(path, json={"immediate": 1})
    command = CountCasualties(IncidentId(incident_id), Casualties(1))

    assert [one["capability"] for one in answer.json()["needs"]] == ["ambulance"]
    async with city.running.ground.database.reading() as connection:
        kept = await connection.fetchval(
            "select casualties ->> 'immediate' from demand where incident_id = $1", incident_id
        )
    assert kept == "1"
    assert keys(command) == (aggregate(incident_id),)
