"""Passwords and tokens over HTTP: shown once, kept as hashes, withdrawn within seconds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from beaconfire_platform.ids import new_id

ENDS = (datetime.now(UTC) + timedelta(days=30)).isoformat()


@pytest.fixture
async def mei(centre: Any) -> Any:
    body = await centre.body("akl", "akl")
    return await centre.person("mei", body, "dispatcher")


async def _issue(centre: Any, person: Any, key: str | None = None, **more: Any) -> httpx.Response:
    asked = {"person_id": person["id"], "name": "crew A07", "expires_at": ENDS} | more
    headers = {} if key is None else {"Idempotency-Key": key}
    return await centre.administrator.post("/v1/tokens", json=asked, headers=headers)


def _bearing(centre: Any, token: str) -> httpx.AsyncClient:
    client = centre.under_test.client()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def test_a_token_opens_what_its_scopes_name_and_no_more(centre: Any, mei: Any) -> None:
    issued = (await _issue(centre, mei, scopes=["session.read", "seat.read"])).json()
    client = _bearing(centre, issued["token"])

    assert issued["token"].startswith("bfk_")
    assert (await client.get("/v1/session")).json()["scopes"] == ["seat.read", "session.read"]
    assert (await client.get("/v1/seats")).status_code == 200
    assert (await client.get("/v1/bodies")).status_code == 403


async def test_the_secret_is_in_no_table_and_in_no_replay(centre: Any, mei: Any) -> None:
    first = (await _issue(centre, mei, "k1")).json()
    again = (await _issue(centre, mei, "k1")).json()

    assert again["id"] == first["id"]
    assert again["token"] is None
    listed = (await centre.administrator.get("/v1/tokens")).json()["items"]
    assert [one["token"] for one in listed] == [None]
    async with centre.under_test.ground.database.reading() as connection:
        for table in ("idempotency", "api_token", "audit"):
            rows = await connection.fetch(f"select t::text as row from {table} t")
            assert not any(first["token"] in one["row"] for one in rows)
        answers = await connection.fetch("select response from idempotency")
    assert not any(first["token"].encode() in bytes(one["response"]) for one in answers)


async def test_a_token_bound_to_a_unit_acts_for_it_alone(centre: Any, mei: Any) -> None:
    unit = new_id()
    grants = [
        {"role": "field", "body": mei["body"], "reach": "akl", "unit_id": unit},
        {"role": "dispatcher", "body": mei["body"], "reach": "akl"},
    ]
    await centre.administrator.post(f"/v1/people/{mei['id']}/grants", json={"grants": grants})

    issued = (await _issue(centre, mei, unit_id=unit)).json()
    session = (await _bearing(centre, issued["token"]).get("/v1/session")).json()
    unbound = await _issue(centre, mei, unit_id=new_id())

    assert [one["role"] for one in session["person"]["grants"]] == ["field"]
    assert (unbound.status_code, unbound.json()["code"]) == (422, "unbound_unit")


async def test_a_withdrawn_token_opens_nothing_at_once(centre: Any, mei: Any) -> None:
    issued = (await _issue(centre, mei)).json()
    client = _bearing(centre, issued["token"])
    assert (await client.get("/v1/session")).status_code == 200

    gone = await centre.administrator.delete(f"/v1/tokens/{issued['id']}")
    twice = await centre.administrator.delete(f"/v1/tokens/{issued['id']}")

    assert (gone.status_code, twice.status_code) == (204, 404)
    assert (await client.get("/v1/session")).status_code == 401


async def test_ones_own_password_needs_the_present_one(centre: Any, mei: Any) -> None:
    browser = await centre.signed_in("mei")
    path = f"/v1/people/{mei['id']}/password"
    new = "a lantern on the hill"

    bare = await browser.post(path, json={"password": new})
    wrong = await browser.post(path, json={"password": new, "current": "not this"})
    right = await browser.post(path, json={"password": new, "current": "a lantern on the wall"})

    assert [one.status_code for one in (bare, wrong, right)] == [422, 401, 204]
    assert (await browser.get("/v1/session")).status_code == 401
    await centre.signed_in("mei", new)


async def test_a_dispatcher_sets_nobody_elses_password(centre: Any, mei: Any) -> None:
    body = {"id": mei["body"], "division": "akl"}
    other = await centre.person("other", body, "dispatcher")
    browser = await centre.signed_in("mei")

    answer = await browser.post(
        f"/v1/people/{other['id']}/password", json={"password": "a lantern on the hill"}
    )

    assert answer.status_code == 403
