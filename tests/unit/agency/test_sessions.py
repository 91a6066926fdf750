"""How long sessions and tokens live, and how many tries there are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beaconfire_agency.domain.sessions import (
    SOURCE_TRIES_MAX,
    TOKEN_LIFE_MAX,
    TRIES_MAX,
    ApiToken,
    BadExpiry,
    TooManyTries,
    UnboundUnit,
    UnknownScope,
    check_token,
    check_tries,
    grants_in_force,
    open_session,
)
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, PersonId, UnitId
from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.builders import NOON

ACTIONS = frozenset({"unit.read", "assignment.move"})
CREW = Grant(Role.FIELD, BodyId("b"), "a", UnitId("u1"))
VIEW = Grant(Role.VIEWER, BodyId("b"), "a")
TOKEN = ApiToken("t", PersonId("p"), "crew", ("unit.read",), None, NOON, NOON + timedelta(days=1))


def test_a_session_ends_twelve_hours_after_it_opened() -> None:
    assert open_session("s", PersonId("p"), at=NOON).ends_at == NOON + timedelta(hours=12)


def test_the_sixth_try_and_the_hundred_and_first_are_refused() -> None:
    check_tries(TRIES_MAX - 1, SOURCE_TRIES_MAX - 1)
    for used in ((TRIES_MAX, TRIES_MAX), (0, SOURCE_TRIES_MAX)):
        with pytest.raises(TooManyTries):
            check_tries(*used)


def test_a_token_names_actions_that_exist_and_ends_in_time() -> None:
    check_token(TOKEN, (VIEW,), actions=ACTIONS)
    with pytest.raises(UnknownScope):
        check_token(replace(TOKEN, scopes=("sql.run",)), (VIEW,), actions=ACTIONS)
    for ends in (NOON, NOON - timedelta(days=1), NOON + TOKEN_LIFE_MAX + timedelta(seconds=1)):
        with pytest.raises(BadExpiry):
            check_token(replace(TOKEN, expires_at=ends), (VIEW,), actions=ACTIONS)


def test_a_token_bound_to_a_unit_needs_a_grant_for_it_and_gives_no_more() -> None:
    bound = replace(TOKEN, unit_id=UnitId("u1"))

    check_token(bound, (VIEW, CREW), actions=ACTIONS)
    with pytest.raises(UnboundUnit):
        check_token(bound, (VIEW,), actions=ACTIONS)
    assert grants_in_force((VIEW, CREW), bound.unit_id) == (CREW,)
    assert grants_in_force((VIEW, CREW), None) == (VIEW, CREW)
