"""A token is issued to somebody who exists, for actions that exist, and ends."""

from datetime import timedelta
from typing import Any

import pytest

from beaconfire_agency.adapters.secrets import token_secret
from beaconfire_agency.application.issue_token import IssueToken, issue_token, keys
from beaconfire_agency.domain.sessions import ApiToken, BadExpiry, UnknownScope
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.access.allow import ACTIONS
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


def _issuing(person_id: PersonId, *scopes: str, days: int = 30) -> IssueToken:
    ends = NOON + timedelta(days=days)
    token = ApiToken(new_id(), person_id, "crew", scopes, None, NOON, ends)
    return IssueToken(token, token_secret(), person_id)


async def _issue(work: Any, command: IssueToken) -> ApiToken:
    tables = work.tables
    return await issue_token(command, people=tables.people, tokens=tables.tokens, actions=ACTIONS)


async def test_a_token_is_kept_by_its_hash(work: Any) -> None:
    command = _issuing((await work.person()).id, "incident.read")

    await _issue(work, command)

    assert await work.tables.tokens.get(command.token.id) == command.token
    kept = await work.tx.connection.fetchval("select secret_hash from api_token")
    assert kept == command.secret.hash


async def test_scopes_and_ends_are_checked(work: Any) -> None:
    person = await work.person()

    with pytest.raises(UnknownScope):
        await _issue(work, _issuing(person.id, "incident.destroy"))
    for days in (0, 401):
        with pytest.raises(BadExpiry):
            await _issue(work, _issuing(person.id, days=days))


async def test_nobody_unknown_or_disabled_gets_one(work: Any) -> None:
    gone = await work.person("gone", disabled=True)

    for person_id in (gone.id, PersonId(new_id())):
        with pytest.raises(NotFound):
            await _issue(work, _issuing(person_id))
    assert keys(_issuing(gone.id))[0].name == gone.id
