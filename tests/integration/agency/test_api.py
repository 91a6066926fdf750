"""Signing in as browsers do: the cookie, who I am, signing out, and what guessing earns."""

from typing import Any

import httpx


async def _signing_in(client: httpx.AsyncClient, sign_in: str, password: str) -> httpx.Response:
    return await client.post("/v1/session", json={"sign_in": sign_in, "password": password})


async def test_whoever_signs_in_gets_a_cookie_that_only_this_host_gets_back(centre: Any) -> None:
    answer = await _signing_in(centre.stranger(), "admin", centre.first_password)

    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 201
    assert cookie.startswith("__Host-beaconfire=")
    for flag in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert flag in cookie
    assert "Domain" not in cookie


async def test_the_session_says_who_i_am_what_i_may_and_where_i_work(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    await centre.person("mei", body, "dispatcher")
    seat = await centre.seat("D1", body)
    mei = await centre.signed_in("mei")

    await mei.post(f"/v1/seats/{seat['id']}/take")
    session = (await mei.get("/v1/session")).json()

    assert session["person"]["sign_in"] == "mei"
    assert [one["role"] for one in session["person"]["grants"]] == ["dispatcher"]
    assert session["seat"]["code"] == "D1"
    assert "order.give" in session["may"]
    assert "priority.override" not in session["may"]
    assert session["may"] == sorted(set(session["may"]))
    assert (session["language"], session["zone"]) == ("zh", "Pacific/Auckland")


async def test_a_session_signed_out_opens_nothing_any_more(centre: Any) -> None:
    gone = await centre.administrator.delete("/v1/session")
    after = await centre.administrator.get("/v1/session")

    assert gone.status_code == 204
    assert gone.headers["clear-site-data"] == '"cache", "cookies"'
    assert after.status_code == 401
