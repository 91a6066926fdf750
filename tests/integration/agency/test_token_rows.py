"""Tokens come back from their table as they went in, until withdrawn."""

from typing import Any

from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_contracts.ids import UnitId
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def test_a_token_comes_back_until_all_are_withdrawn(work: Any) -> None:
    person = await work.person()
    token = ApiToken(
        new_id(),
        person.id,
        "crew A07",
        ("assignment.move", "position.write"),
        UnitId(new_id()),
        NOON,
        NOON.replace(year=2027),
    )
    await work.tables.tokens.add(token, b"hash", issued_by=person.id)
    assert await work.tables.tokens.get(token.id) == token

    await work.tables.tokens.withdraw_all(person.id)

    assert await work.tables.tokens.get(token.id) is None
