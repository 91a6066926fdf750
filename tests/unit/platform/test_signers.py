"""Several who sign: agency says who anybody is, a service says only that it is itself."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import EVERYWHERE
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import (
    AGENCY,
    BadToken,
    KeyUnknown,
    Minter,
    Verifier,
    new_signing_key,
)
from beaconfire_platform.clock import wall_now

KEYS = {name: new_signing_key() for name in (AGENCY, "geo", "incident")}
MINTERS = {name: Minter(key, name=name) for name, key in KEYS.items()}
ITSELF = Grant(Role.SERVICE, BodyId("beaconfire"), EVERYWHERE)
GEO = Subject("service:geo", (ITSELF,))


def key_of(name: str) -> str:
    if name not in MINTERS:
        raise KeyUnknown(name[:32])
    return MINTERS[name].public_key


def signed_by(name: str, subject: Subject) -> str:
    return MINTERS[name].mint(subject, now=wall_now())


def private_key(name: str) -> OKPKey:
    return OKPKey.import_key(json.loads(KEYS[name]))


def renamed(token: str, kid: Any, signer: str = "geo") -> str:
    """The same claims, signed again by somebody under another header."""
    claims = jwt.decode(token, private_key("geo"), ["Ed25519"]).claims
    header = {"alg": "Ed25519", "typ": "at+jwt"} | ({} if kid is None else {"kid": kid})
    return jwt.encode(header, claims, private_key(signer), ["Ed25519"])


def test_a_service_is_believed_to_be_itself() -> None:
    found = Verifier(key_of).subject(signed_by("geo", GEO))

    assert (found.id, found.roles()) == ("service:geo", frozenset({Role.SERVICE}))


def test_agency_speaks_for_anybody() -> None:
    ana = Subject("ana", (Grant(Role.DISPATCHER, BodyId("b"), "akl"),))

    for one in (ana, GEO):
        assert Verifier(key_of).subject(signed_by(AGENCY, one)).id == one.id


@pytest.mark.parametrize(
    "claimed",
    [
        replace(GEO, id="ana"),
        replace(GEO, id="geo"),
        replace(GEO, id="service:incident"),
        replace(GEO, id="service:agency"),
        replace(GEO, grants=()),
        *(replace(GEO, grants=(replace(ITSELF, role=role),)) for role in Role if role != "service"),
        replace(GEO, grants=(ITSELF, replace(ITSELF, role=Role.DISPATCHER))),
    ],
)
def test_a_service_that_claims_to_be_anybody_else_is_not_believed(claimed: Subject) -> None:
    verifier = Verifier(key_of)

    for _ in range(2):  # nor the second time, when it might be remembered
        with pytest.raises(BadToken):
            verifier.subject(signed_by("geo", claimed))


def test_who_signs_in_anothers_name_is_not_believed() -> None:
    token = signed_by("geo", GEO)

    for kid in (AGENCY, "incident", None):
        with pytest.raises(BadToken):
            Verifier(key_of).subject(renamed(token, kid))


@pytest.mark.parametrize("kid", ["nobody", "../geo", "geo/../../geo", "g" * 4096, "", "\x00"])
def test_a_name_of_a_key_that_nobody_has_opens_nothing(kid: str) -> None:
    token = renamed(signed_by("geo", GEO), kid)

    with pytest.raises(BadToken):
        Verifier(key_of).subject(token)


def test_a_node_knows_agency_alone() -> None:
    node = Verifier(MINTERS[AGENCY].public_key)

    assert node.subject(signed_by(AGENCY, GEO)).id == "service:geo"
    with pytest.raises(BadToken):
        node.subject(signed_by("geo", GEO))


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    own = OKPKey.generate_key("Ed25519")
    claims = jwt.decode(signed_by("geo", GEO), private_key("geo"), ["Ed25519"]).claims
    header = {
        "alg": "Ed25519", "typ": "at+jwt", "kid": AGENCY,
        "jwk": own.as_dict(private=False), "jku": "https://elsewhere.test/keys",
    }  # fmt: skip

    with pytest.raises(BadToken):
        Verifier(key_of).subject(jwt.encode(header, claims, own, ["Ed25519"]))


def test_agencys_key_that_is_changed_ends_what_was_known_by_the_one_before() -> None:
    held = {AGENCY: MINTERS[AGENCY].public_key}
    verifier = Verifier(held.__getitem__)
    token = signed_by(AGENCY, GEO)
    assert verifier.subject(token) is verifier.subject(token)

    changed = Minter(new_signing_key())
    held[AGENCY] = changed.public_key

    with pytest.raises(BadToken):
        verifier.subject(token)
    assert verifier.subject(changed.mint(GEO, now=wall_now() - timedelta(minutes=1))).id == GEO.id
