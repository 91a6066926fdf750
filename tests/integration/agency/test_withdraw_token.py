"""A withdrawn token is gone, and the fact names it alone."""

from typing import Any

from beaconfire_agency.application.withdraw_token import WithdrawToken, keys, withdraw_token
from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


async def test_a_withdrawn_token_opens_nothing_and_the_others_go_on(work: Any) -> None:
    person = await work.person()
    gone, left = (
        ApiToken(new_id(), person.id, "t", (), None, NOON, NOON.replace(year=2027))
        for _ in range(2)
    )
    await work.tables.tokens.add(gone, b"1", issued_by=person.id)
    await work.tables.tokens.add(left, b"2", issued_by=person.id)
    command = WithdrawToken(gone.id, person.id)

    await withdraw_token(command, tokens=work.tables.tokens, facts=work.tx, now=NOON)

    assert await work.tables.tokens.get(gone.id) is None
    assert await work.tables.tokens.get(left.id) == left
    assert work.told[-1] == AccessRevoked(person.id, NOON, token_id=gone.id)
    assert keys(command)[0].name == person.id
