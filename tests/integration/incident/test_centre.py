"""The centre under test is a real one: known to incident, with seats that can take."""

from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.centre import AKL, Centre, a_report


async def test_a_report_at_the_centre_waits_in_its_pool_until_a_seat_takes_it(
    centre: Centre,
) -> None:
    taken = await centre.report()
    assert (await centre.incident(taken["incident_id"]))["seat"] == centre.pool

    answer = await centre.client(seat=1).post(f"/v1/incidents/{taken['incident_id']}/take", json={})

    assert answer.status_code == 200, answer.text
    assert (await centre.incident(taken["incident_id"]))["seat"] == centre.seats[1]


async def test_who_sits_nowhere_takes_nothing(centre: Centre) -> None:
    taken = await centre.report()

    answer = await centre.client(Role.SHIFT_LEADER, seat=None).post(
        f"/v1/incidents/{taken['incident_id']}/take", json={}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "no_seat")


def test_a_report_is_told_from_the_middle_of_the_city_unless_said_otherwise() -> None:
    plain, moved = a_report(), a_report(at=(1.0, 2.0), text="x")

    assert (plain["position"]["lon"], plain["position"]["lat"]) == AKL
    assert (moved["position"]["lon"], moved["text"]) == (1.0, "x")
