"""Signed tokens: whatever was not minted by agency, now, for us, opens nothing."""

import base64
import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from beaconfire_contracts.facts.agency import AccessRevoked, Grant
from beaconfire_contracts.ids import BodyId, PersonId, UnitId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access import tokens
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import (
    LEEWAY_S,
    LIFE,
    TOKEN_CHARACTERS_MAX,
    BadToken,
    Minter,
    Verifier,
    new_signing_key,
)
from beaconfire_platform.clock import wall_now

KEY = new_signing_key()
MINTER = Minter(KEY)
ANA = Subject(
    "ana",
    (Grant(Role.FIELD, BodyId("b"), "akl", UnitId("u")),),
    session_id="s",
    seat="d1",
    scopes=frozenset({"unit.status"}),
    epoch=3,
)


def signed(claims: dict[str, Any], header: dict[str, Any] | None = None, key: str = KEY) -> str:
    """A token with claims of one's own."""
    known = OKPKey.import_key(json.loads(key))
    return jwt.encode(header or {"alg": "Ed25519", "typ": "at+jwt"}, claims, known, ["Ed25519"])


def claims_of(token: str) -> dict[str, Any]:
    """What a token says."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_who_it_was_minted_for_is_who_it_speaks_for() -> None:
    found = Verifier(MINTER.public_key).subject(MINTER.mint(ANA, now=wall_now()))

    assert replace(found, issued_at=None) == ANA


def test_a_token_ends_with_what_it_was_made_of() -> None:
    now = wall_now()
    ending = replace(ANA, ends_at=now + timedelta(seconds=90))
    token = MINTER.mint(ending, now=now)

    found = Verifier(MINTER.public_key).subject(token)

    assert found.ends_at == ending.ends_at
    assert claims_of(token)["exp"] == int((now + timedelta(seconds=90)).timestamp())
    assert [found.has_ended(now + timedelta(seconds=s)) for s in (89, 90)] == [False, True]


@pytest.mark.parametrize(
    "early_by", [LIFE + timedelta(seconds=LEEWAY_S + 2), -timedelta(minutes=2)]
)
def test_a_token_of_another_time_opens_nothing(early_by: timedelta) -> None:
    with pytest.raises(BadToken):
        Verifier(MINTER.public_key).subject(MINTER.mint(ANA, now=wall_now() - early_by))


def test_the_public_half_signs_nothing() -> None:
    assert "d" not in json.loads(MINTER.public_key)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "elsewhere"}, {"aud": "others"}, {"exp": None}, {"grants": None},
        {"grants": [{"role": "king"}]}, {"scopes": None}, {"epoch": "x"}, {"sub": None},
    ],
)  # fmt: skip
def test_claims_that_are_not_ours_open_nothing(change: dict[str, Any]) -> None:
    claims = claims_of(MINTER.mint(ANA, now=wall_now())) | change
    told = {name: value for name, value in claims.items() if value is not None}

    with pytest.raises(BadToken):
        Verifier(MINTER.public_key).subject(signed(told))


def test_other_keys_other_algorithms_and_other_kinds_open_nothing() -> None:
    verifier = Verifier(MINTER.public_key)
    claims = claims_of(MINTER.mint(ANA, now=wall_now()))
    public = OctKey.import_key(MINTER.public_key.encode())
    forged = [
        signed(claims, key=new_signing_key()),
        signed(claims, header={"alg": "Ed25519", "typ": "JWT"}),
        jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, public, ["HS256"]),
        "x" * (TOKEN_CHARACTERS_MAX + 1),
        "",
    ]
    for token in forged:
        with pytest.raises(BadToken):
            verifier.subject(token)


@given(place=st.integers(0, 10_000), letter=st.sampled_from("ABCDabcd0123-_"))
def test_a_token_with_one_letter_changed_opens_nothing_more(place: int, letter: str) -> None:
    token = MINTER.mint(ANA, now=wall_now())
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    try:
        found = Verifier(MINTER.public_key).subject(changed)
    except BadToken:
        return
    assert replace(found, issued_at=None) == ANA  # the spare bits of base64's last letter


def test_a_revoked_epoch_is_over_and_a_later_one_is_not() -> None:
    verifier = Verifier(MINTER.public_key)
    verifier.revocations.revoke(AccessRevoked(PersonId("ana"), wall_now(), epoch=4))

    with pytest.raises(BadToken):
        verifier.subject(MINTER.mint(ANA, now=wall_now()))
    verifier.subject(MINTER.mint(replace(ANA, epoch=4), now=wall_now()))


def test_a_known_token_is_not_read_again_and_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verifier, token = Verifier(MINTER.public_key), MINTER.mint(ANA, now=wall_now())
    first = verifier.subject(token)
    assert verifier.subject(token) is first

    later = time.time() + LIFE.total_seconds() + LEEWAY_S + 2
    with monkeypatch.context() as at_its_end:
        at_its_end.setattr(time, "time", lambda: later)
        with pytest.raises(BadToken):
            verifier.subject(token)
    verifier.revocations.revoke(AccessRevoked(PersonId("ana"), wall_now(), epoch=4))
    with pytest.raises(BadToken):
        verifier.subject(token)


def test_no_more_tokens_are_known_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "KNOWN_MAX", 2)
    verifier = Verifier(MINTER.public_key)
    first, *others = (MINTER.mint(ANA, now=wall_now()) for _ in range(3))
    found = [verifier.subject(one) for one in (first, *others)]

    assert [verifier.subject(one) for one in others] == found[1:]
    assert verifier.subject(others[1]) is found[2]
    assert verifier.subject(first) is not found[0]
