"""Grants of people, and what changing them revokes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_agency.domain.people import (
    GRANTS_MAX,
    BadSignIn,
    DoubleGrant,
    Person,
    TooManyGrants,
)
from beaconfire_contracts.facts.agency import AccessRevoked, Grant
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.builders import NOON

GRANTS = [Grant(role, BodyId("b"), reach) for role in Role for reach in ("a", "a.b")]
PERSON = Person(PersonId("p"), "mei", "梅", "Mei", "zh", BodyId("b"), (GRANTS[0],))

grant_sets = st.lists(st.sampled_from(GRANTS), unique=True, max_size=8).map(tuple)


@given(before=grant_sets, after=grant_sets)
def test_exactly_when_something_is_taken_away_it_is_revoked(
    before: tuple[Grant, ...], after: tuple[Grant, ...]
) -> None:
    person = replace(PERSON, grants=before)

    changed, told = person.granted(after, at=NOON)

    revoked = [one for one in told if isinstance(one, AccessRevoked)]
    assert bool(revoked) is not set(before).issubset(after)
    assert changed.epoch == person.epoch + len(revoked)
    assert set(changed.grants) == set(after)


def test_more_than_fifty_grants_or_a_double_one_are_refused() -> None:
    many = tuple(Grant(Role.VIEWER, BodyId("b"), f"a.{one}") for one in range(GRANTS_MAX + 1))

    with pytest.raises(TooManyGrants):
        replace(PERSON, grants=many).registered()
    with pytest.raises(DoubleGrant):
        replace(PERSON, grants=(GRANTS[0], GRANTS[0])).registered()


@pytest.mark.parametrize("name", ["", "Mei", "梅", "a b", "-a", "a" * 65, "a\n", "a'--"])
def test_a_sign_in_name_that_is_mistaken_for_another_is_refused(name: str) -> None:
    with pytest.raises(BadSignIn):
        replace(PERSON, sign_in=name).registered()


def test_each_revocation_begins_a_new_epoch() -> None:
    once, first = PERSON.revoked(at=NOON)
    _, second = once.revoked(at=NOON)

    assert (first.epoch, second.epoch) == (1, 2)
