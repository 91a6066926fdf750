"""Taking: to a seat of the body that owns it, one that was told of."""

from dataclasses import replace

from beaconfire_contracts.facts.agency import SeatRegistered
from beaconfire_contracts.ids import BodyId, SeatId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import Centre
from beaconfire_testkit.service import a_subject


async def test_a_seat_of_another_body_takes_nothing_of_ours(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    seat = SeatId(new_id())
    await centre.running.tell(
        replace(an_example_of(SeatRegistered), seat_id=seat, body=BodyId(new_id()))
    )
    await centre.running.catch_up()
    theirs = centre.running.client(a_subject(Role.DISPATCHER, reach="akl", seat=seat))

    answer = await theirs.post(f"/v1/incidents/{one}/take", json={})

    assert (answer.status_code, answer.json()["code"]) == (409, "seat_elsewhere")
    assert (await centre.incident(one))["seat"] == centre.pool


async def test_a_seat_that_nobody_told_of_yet_is_asked_to_try_again(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    unheard = centre.running.client(a_subject(Role.DISPATCHER, reach="akl", seat=new_id()))

    answer = await unheard.post(f"/v1/incidents/{one}/take", json={})

    assert (answer.status_code, answer.json()["code"]) == (503, "seat_not_heard_of")
