"""Subscriptions and deliveries over HTTP, from the fact to what a body reads of it."""

from typing import Any

from beaconfire_contracts.facts.agency import SubscriptionEnded, SubscriptionMade

from .subscribers import opened

NOBODY = "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d"


async def test_a_body_reads_what_it_was_told_from_where_it_left_off(centre: Any) -> None:
    power = await centre.body("power", "root.power", kind="utility")
    await centre.person("watt", power, "viewer")
    watt = await centre.signed_in("watt")
    made = await post(centre, "/v1/subscriptions", {"body": power["id"]}, status=201)
    await centre.under_test.catch_up()
    first = (await watt.get("/v1/deliveries")).json()

    fire = opened(power["id"], "root")
    await centre.under_test.tell(fire, opened(NOBODY, "root"))
    await centre.under_test.catch_up()

    assert [one["type"] for one in first["items"]] == ["beaconfire.shared.sharing-begun.v1"]
    then = (await watt.get("/v1/deliveries", params={"cursor": first["next"]})).json()
    [shown] = then["items"]
    assert shown["subject"] == shown["data"]["incident_id"] == fire.incident_id
    assert (shown["agency"], shown["key_version"]) == ("power", 1)
    still = (await watt.get("/v1/deliveries", params={"cursor": then["next"]})).json()
    assert still == {"items": [], "next": then["next"]}
    assert made["code"] == "power"


async def test_what_ended_tells_nothing_more(centre: Any) -> None:
    power = await centre.body("power", "root.power", kind="utility")
    made = await post(centre, "/v1/subscriptions", {"body": power["id"]}, status=201)
    await centre.under_test.catch_up()

    ended = await post(centre, f"/v1/subscriptions/{made['id']}/end", {})
    again = await post(centre, f"/v1/subscriptions/{made['id']}/end", {})
    await centre.under_test.tell(opened(power["id"], "root"))
    await centre.under_test.catch_up()

    assert ended == again
    page = (await centre.administrator.get("/v1/deliveries")).json()
    assert [one["type"].split(".")[2] for one in page["items"]] == [
        "sharing-begun",
        "sharing-ended",
    ]
    assert len(await centre.under_test.told(SubscriptionMade)) == 1
    assert len(await centre.under_test.told(SubscriptionEnded)) == 1
    listed = (await centre.administrator.get("/v1/subscriptions")).json()
    assert [one["ended_at"] for one in listed["items"]] == [ended["ended_at"]]


async def test_only_who_administers_the_body_subscribes_it_and_only_as_far_as_they_reach(
    centre: Any,
) -> None:
    power = await centre.body("power", "root.power", kind="utility")
    water = await centre.body("water", "root.water", kind="utility")
    await centre.person("ada", power, "administrator", "viewer")
    await centre.person("vera", power, "viewer")
    ada, vera = await centre.signed_in("ada"), await centre.signed_in("vera")

    asked = {
        "own": await ada.post("/v1/subscriptions", json={"body": power["id"]}),
        "neighbour": await ada.post("/v1/subscriptions", json={"body": water["id"]}),
        "too far": await ada.post("/v1/subscriptions", json={"body": power["id"], "reach": "root"}),
        "viewer": await vera.post("/v1/subscriptions", json={"body": power["id"]}),
    }

    assert {name: one.status_code for name, one in asked.items()} == {
        "own": 201,
        "neighbour": 404,
        "too far": 403,
        "viewer": 403,
    }


async def test_the_same_again_answers_200_and_another_reach_409(centre: Any) -> None:
    power = await centre.body("power", "root.power", kind="utility")
    made = await post(centre, "/v1/subscriptions", {"body": power["id"]}, status=201)

    same = await post(centre, "/v1/subscriptions", {"body": power["id"]})
    other = await centre.administrator.post(
        "/v1/subscriptions", json={"body": power["id"], "reach": "root.power"}
    )

    assert same == made
    assert (other.status_code, other.json()["code"]) == (409, "already_subscribed")


async def test_subscribing_and_ending_are_audited(centre: Any) -> None:
    power = await centre.body("power", "root.power", kind="utility")
    made = await post(centre, "/v1/subscriptions", {"body": power["id"]}, status=201)
    await post(centre, f"/v1/subscriptions/{made['id']}/end", {})

    audit = (await centre.administrator.get("/v1/audit", params={"limit": 500})).json()["items"]
    written = [one["object"] for one in audit if one["action"] == "subscription.write"]
    assert written == [made["id"], made["id"]]


async def post(centre: Any, path: str, body: Any, *, status: int = 200) -> Any:
    """What the administrator's request is answered."""
    answer = await centre.administrator.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()
