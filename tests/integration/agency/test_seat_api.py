"""Seats over HTTP: who sits where is known to the very next request."""

from typing import Any

import pytest

from beaconfire_contracts.facts.agency import SeatHandedOver


@pytest.fixture
async def desk(centre: Any) -> Any:
    body = await centre.body("akl", "akl")
    people = {
        name: await centre.person(name, body, role)
        for name, role in (("a", "dispatcher"), ("b", "dispatcher"), ("boss", "shift_leader"))
    }
    return {"body": body, "seat": await centre.seat("D1", body), **people}


async def test_the_next_request_already_knows_the_seat(centre: Any, desk: Any) -> None:
    browser = await centre.signed_in("a")
    assert (await browser.get("/v1/session")).json()["seat"] is None

    taken = await browser.post(f"/v1/seats/{desk['seat']['id']}/take")
    seen = (await browser.get("/v1/session")).json()["seat"]
    left = await browser.post(f"/v1/seats/{desk['seat']['id']}/leave")
    rows = (await centre.administrator.get("/v1/audit")).json()["items"]

    assert taken.json()["person_id"] == desk["a"]["id"]
    assert seen["id"] == desk["seat"]["id"]
    assert left.json()["person_id"] is None
    assert rows[-1]["seat"] == desk["seat"]["id"]


async def test_a_seat_is_offered_and_accepted(centre: Any, desk: Any) -> None:
    first, second = await centre.signed_in("a"), await centre.signed_in("b")
    path = f"/v1/seats/{desk['seat']['id']}"
    await first.post(f"{path}/take")
    to = {"accepted_by": desk["b"]["id"], "notes": "两起火情，均已受控"}

    offered = (await first.post(f"{path}/hand-over", json=to)).json()
    accepted = (await second.post(f"{path}/hand-over", json=to)).json()

    assert (offered["person_id"], offered["offered_to"]) == (desk["a"]["id"], desk["b"]["id"])
    assert (accepted["person_id"], accepted["offered_to"]) == (desk["b"]["id"], None)
    told = await centre.under_test.told(SeatHandedOver)
    assert [one.accepted_by for one in told] == [desk["b"]["id"]]


async def test_a_shift_leader_takes_over_and_others_cannot(centre: Any, desk: Any) -> None:
    first, boss = await centre.signed_in("a"), await centre.signed_in("boss")
    second = await centre.signed_in("b")
    path = f"/v1/seats/{desk['seat']['id']}"
    await first.post(f"{path}/take")

    occupied = await second.post(f"{path}/take")
    grabbed = await second.post(f"{path}/hand-over", json={"accepted_by": desk["b"]["id"]})
    decided = await boss.post(f"{path}/hand-over", json={"accepted_by": desk["boss"]["id"]})

    assert (occupied.status_code, occupied.json()["code"]) == (409, "seat_occupied")
    assert (grabbed.status_code, grabbed.json()["code"]) == (403, "not_your_seat")
    assert decided.json()["person_id"] == desk["boss"]["id"]


async def test_seats_elsewhere_are_not_there(centre: Any, desk: Any) -> None:
    far = await centre.body("far", "elsewhere")
    await centre.person("c", far, "dispatcher")
    stranger = await centre.signed_in("c")

    take = await stranger.post(f"/v1/seats/{desk['seat']['id']}/take")
    shown = (await stranger.get("/v1/seats")).json()["items"]

    assert take.status_code == 404
    assert [one["code"] for one in shown] == ["POOL"]


async def test_the_same_seat_told_twice_is_one_seat(centre: Any, desk: Any) -> None:
    again = await centre.seat("D1", desk["body"])

    assert again["id"] == desk["seat"]["id"]
