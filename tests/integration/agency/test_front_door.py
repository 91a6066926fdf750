"""Guessing: counted, equally slow, in equal words, whatever was wrong."""

import asyncio
from typing import Any

import httpx
import pytest

from beaconfire_agency.adapters.argon import ArgonPasswords
from beaconfire_agency.adapters.front_door import PgFrontDoor
from beaconfire_agency.domain.sessions import BadCredentials, TooManyTries

ORIGIN = {"Origin": "http://test"}


async def _try(client: httpx.AsyncClient, sign_in: str, password: str) -> httpx.Response:
    return await client.post("/v1/session", json={"sign_in": sign_in, "password": password})


async def test_unknown_name_and_wrong_password_are_told_alike(centre: Any) -> None:
    unknown = (await _try(centre.stranger(), "nobody", "a lantern on the wall")).json()
    wrong = (await _try(centre.stranger(), "admin", "a lantern on the wall")).json()

    for one in (unknown, wrong):
        one.pop("trace_id")
    assert unknown == wrong
    assert (unknown["status"], unknown["code"]) == (401, "bad_credentials")


async def test_the_sixth_guess_is_refused_even_when_it_is_right(centre: Any) -> None:
    client = centre.stranger()
    for _ in range(5):
        assert (await _try(client, "admin", "guessing, guessing")).status_code == 401

    answer = await _try(client, "admin", centre.first_password)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")
    assert "retry-after" in answer.headers


async def test_a_guesser_is_one_source_whatever_address_of_theirs_they_take(centre: Any) -> None:
    def from_address(host: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=centre.under_test.gated, client=(host, 4_711))
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=ORIGIN)

    for number in range(5):
        guess = await _try(from_address(f"2001:db8::{number}"), "admin", "guessing, guessing")
        assert guess.status_code == 401

    sixth = await _try(from_address("2001:db8::ffff"), "admin", centre.first_password)
    other = await _try(from_address("2001:db8:1::1"), "admin", centre.first_password)

    assert (sixth.status_code, other.status_code) == (429, 201)


async def test_twenty_guesses_at_once_are_counted_one_by_one(centre: Any) -> None:
    client = centre.stranger()

    answers = await asyncio.gather(*(_try(client, "admin", "guessing") for _ in range(20)))

    codes = sorted(one.status_code for one in answers)
    assert codes == [401] * 5 + [429] * 15


async def test_the_right_password_forgives_what_was_mistyped(centre: Any) -> None:
    client = centre.stranger()
    for _ in range(2):
        for _ in range(4):
            await _try(client, "admin", "mistyped")
        assert (await _try(client, "admin", centre.first_password)).status_code == 201


async def test_each_sign_in_is_a_session_of_its_own(centre: Any) -> None:
    one, other = (
        await centre.signed_in("admin", centre.first_password),
        await centre.signed_in("admin", centre.first_password),
    )

    assert one.headers["cookie"] != other.headers["cookie"]
    await one.delete("/v1/session")
    assert (await other.get("/v1/session")).status_code == 200


@pytest.mark.parametrize("body", [{}, {"sign_in": "admin"}, {"sign_in": "a", "password": 1}])
async def test_what_is_no_sign_in_is_no_try(centre: Any, body: Any) -> None:
    for _ in range(7):
        assert (await centre.stranger().post("/v1/session", json=body)).status_code == 422


async def test_whoever_has_no_password_cannot_sign_in(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    await centre.person("machine", body, "service", password=None)

    for guess in ("", "None", "the password of nobody"):
        answer = await _try(centre.stranger(), "machine", guess)
        assert answer.status_code in (401, 422)


async def test_confirming_ones_password_is_counted_too(centre: Any) -> None:
    argon = ArgonPasswords()
    door = PgFrontDoor(centre.under_test.ground.database, argon)
    me = (await centre.administrator.get("/v1/session")).json()["person"]["id"]

    for _ in range(5):
        with pytest.raises(BadCredentials):
            await door.confirm(me, "guess", source="here")
    with pytest.raises(TooManyTries):
        await door.confirm(me, centre.first_password, source="here")
    argon.close()
