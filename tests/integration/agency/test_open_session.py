"""A session opens for whoever the password was right for, unless access ended meanwhile."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_agency.adapters.secrets import session_secret
from beaconfire_agency.application.open_session import OpenSession, keys, open_session
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.sessions import SESSION_LIFE, BadCredentials, Session
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON


def _opening(person: Person) -> OpenSession:
    return OpenSession(new_id(), person.id, person.epoch, "mei", "10.0.0.1", session_secret())


async def _open(work: Any, command: OpenSession) -> tuple[Person, Session]:
    tables = work.tables
    return await open_session(
        command,
        people=tables.people,
        sessions=tables.sessions,
        attempts=tables.attempts,
        now=NOON,
    )


async def test_a_session_ends_after_twelve_hours_and_tries_are_forgiven(work: Any) -> None:
    person = await work.person()
    await work.tables.attempts.add("mei", "10.0.0.1")

    _, session = await _open(work, _opening(person))

    assert session.ends_at == NOON + SESSION_LIFE
    assert await work.tables.attempts.count("mei", "10.0.0.1") == (0, 0)


async def test_the_secret_itself_is_kept_nowhere(work: Any) -> None:
    command = _opening(await work.person())

    await _open(work, command)

    kept = await work.tx.connection.fetchval("select secret_hash from session")
    assert kept == command.secret.hash
    assert command.secret.text.encode() not in kept


async def test_whoever_was_revoked_or_disabled_meanwhile_is_refused(work: Any) -> None:
    person = await work.person()
    command = _opening(person)

    await work.tables.people.save(replace(person, epoch=1))
    with pytest.raises(BadCredentials):
        await _open(work, command)
    await work.tables.people.save(replace(person, disabled=True))
    with pytest.raises(BadCredentials):
        await _open(work, command)
    assert keys(command)[0].name == person.id
