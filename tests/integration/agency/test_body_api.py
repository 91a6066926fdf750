"""Bodies and the audit over HTTP: who may register, who sees what."""

from typing import Any


async def test_the_same_body_told_twice_is_one_body(centre: Any) -> None:
    first = await centre.body("akl", "akl")

    again = await centre.body("akl", "akl")

    assert again == first


async def test_another_body_under_a_code_is_a_conflict(centre: Any) -> None:
    await centre.body("akl", "akl")

    answer = await centre.administrator.post(
        "/v1/bodies",
        json={
            "code": "akl",
            "kind": "fire",
            "level": "city",
            "name_zh": "消防",
            "name_en": "Fire",
            "division": "akl",
            "zone": "UTC",
        },
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "code_taken")


async def test_a_list_holds_what_is_within_reach_and_pages_without_loss(centre: Any) -> None:
    north = await centre.body("north", "akl.north")
    await centre.body("station", "akl.north.st1")
    await centre.body("south", "akl.south")
    await centre.person("mei", north, "dispatcher")
    mei = await centre.signed_in("mei")

    codes: list[str] = []
    cursor = None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await mei.get("/v1/bodies", params=params)).json()
        codes += [one["code"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert codes == ["north", "station"]


async def test_an_administrator_of_a_part_registers_nothing_elsewhere(centre: Any) -> None:
    north = await centre.body("north", "akl.north")
    await centre.person("local", north, "administrator")
    local = await centre.signed_in("local")
    asked = {
        "code": "x",
        "kind": "fire",
        "level": "city",
        "name_zh": "某",
        "name_en": "X",
        "zone": "UTC",
    }

    inside = await local.post("/v1/bodies", json=asked | {"division": "akl.north.x"})
    outside = await local.post("/v1/bodies", json=asked | {"code": "y", "division": "akl.south"})

    assert (inside.status_code, outside.status_code) == (201, 404)


async def test_the_audit_says_who_did_what_and_what_was_refused(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    await centre.person("mei", body, "dispatcher")
    mei = await centre.signed_in("mei")
    me = (await mei.get("/v1/session")).json()["person"]["id"]
    seat = await centre.seat("D1", body)
    await mei.post(f"/v1/seats/{seat['id']}/take")
    await mei.post(f"/v1/seats/{body['pool_seat']}/take")

    page = (await centre.administrator.get("/v1/audit")).json()

    mine = [
        (one["action"], one["object"], one["result"], one["code"])
        for one in page["items"]
        if one["actor"] == me
    ]
    assert [one[0] for one in mine] == ["session.open", "seat.take", "seat.take"]
    assert mine[1][1:] == (seat["id"], "done", None)
    assert mine[2][1:] == (body["pool_seat"], "refused", "pool_is_nobodys")


async def test_the_audit_of_another_part_is_not_shown(centre: Any) -> None:
    north, south = await centre.body("north", "akl.north"), await centre.body("south", "akl.south")
    await centre.person("n.admin", north, "administrator")
    await centre.person("s.admin", south, "administrator")
    northern, southern = await centre.signed_in("n.admin"), await centre.signed_in("s.admin")
    me = (await northern.get("/v1/session")).json()["person"]["id"]

    rows = (await northern.get("/v1/audit")).json()["items"]

    assert {one["actor"] for one in rows} == {me}
    assert (await southern.get("/v1/audit", params={"cursor": "x"})).status_code == 422
