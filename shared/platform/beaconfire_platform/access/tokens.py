"""Short signed tokens: agency mints them, every service verifies them by itself (R49).

Ed25519 (RFC 9864), ten minutes of life, issuer, audience and all times checked here, since the
library's `decode` checks the signature alone. A revocation is a fact that the verifier is told.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from beaconfire_contracts.facts.agency import AccessRevoked, Grant
from beaconfire_contracts.refusals import Unauthenticated
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.ids import new_id

LIFE: Final = timedelta(minutes=10)
AGENCY: Final = "agency"
LEEWAY_S: Final = 30
ISSUER: Final = "beaconfire"
AUDIENCE: Final = "beaconfire-services"
TOKEN_CHARACTERS_MAX: Final = 8_192
"""A token with fifty grants has about 6,000 characters; more is no token of ours."""
KNOWN_MAX: Final = 1_000
"""Signatures that were found good are not computed again: as many as callers in ten minutes."""
REVOCATIONS_MAX: Final = 100_000
_ALGORITHMS: Final = ["Ed25519"]
_CLAIMS: Final = jwt.JWTClaimsRegistry(
    leeway=LEEWAY_S,
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    exp={"essential": True},
    nbf={"essential": True},
    iat={"essential": True},
    sub={"essential": True},
    jti={"essential": True},
)


class BadToken(Unauthenticated):
    """The bearer token is not valid, or not any more."""


def new_signing_key() -> str:
    """A new private key as JSON text, to be kept in a file that only the owner reads."""
    return msgspec.json.encode(OKPKey.generate_key("Ed25519").as_dict(private=True)).decode()


class Minter:
    """Signs tokens: agency for everybody, a service that runs apart for itself alone."""

    def __init__(self, private_key: str, *, name: str = AGENCY) -> None:
        """`private_key` as `new_signing_key` made it; `name` says whose it is."""
        self._key = OKPKey.import_key(msgspec.json.decode(private_key))
        self._name = name

    @property
    def public_key(self) -> str:
        """The verifying half, as JSON text."""
        return msgspec.json.encode(self._key.as_dict(private=False)).decode()

    def mint(self, subject: Subject, *, now: datetime, life: timedelta = LIFE) -> str:
        """A signed token that says who `subject` is, from `now` for ten minutes at most."""
        ends_at = subject.ends_at
        expires_at = now + life if ends_at is None else min(now + life, ends_at)
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject.id,
            "jti": new_id(),
            "iat": now.timestamp(),
            "nbf": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "grants": msgspec.to_builtins(subject.grants),
            "sid": subject.session_id,
            "tid": subject.token_id,
            "seat": subject.seat,
            "scopes": sorted(subject.scopes),
            "epoch": subject.epoch,
            "ends": None if ends_at is None else ends_at.timestamp(),
        }
        header = {"alg": "Ed25519", "typ": "at+jwt", "kid": self._name}
        return jwt.encode(header, claims, self._key, algorithms=_ALGORITHMS)


@dataclass(slots=True)
class Revocations:
    """Whose access ended and when, as agency's facts told; small, and only ever added to."""

    people: dict[str, tuple[datetime, int | None]] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def revoke(self, fact: AccessRevoked) -> None:
        """Take in one fact; entries older than any living token are dropped when it grows large."""
        with self._guard:
            if fact.session_id is None and fact.token_id is None:
                self._revoke_person(fact)
            for one in (fact.session_id, fact.token_id):
                if one is not None:
                    self.ended[one] = fact.revoked_at
            if len(self.people) + len(self.ended) > REVOCATIONS_MAX:
                self._forget(fact.revoked_at - 2 * LIFE)

    def _revoke_person(self, fact: AccessRevoked) -> None:
        _, known = self.people.get(fact.person_id, (fact.revoked_at, None))
        if known is None or fact.epoch is None or fact.epoch > known:
            self.people[fact.person_id] = (fact.revoked_at, fact.epoch)

    def _forget(self, before: datetime) -> None:
        self.people = {one: (at, epoch) for one, (at, epoch) in self.people.items() if at >= before}
        self.ended = {one: at for one, at in self.ended.items() if at >= before}

    def covers(self, subject: Subject) -> bool:
        """Whether what this subject holds was revoked after it was issued."""
        if subject.session_id in self.ended or subject.token_id in self.ended:
            return True
        revoked = self.people.get(subject.id)
        if revoked is None:
            return False
        at, epoch = revoked
        if epoch is not None:
            return subject.epoch < epoch
        return subject.issued_at is None or subject.issued_at <= at


class KeyUnknown(ValueError):  # noqa: N818  (said of a token)
    """Nobody of that name signs tokens here."""


KeyOf = Callable[[str], str]
"""The public key by the name of who signs, as JSON text; KeyUnknown for anybody else."""


class Verifier:
    """Verifies tokens with agency's public key and the revocations known so far.

    A service that runs apart signs for itself, and can say nothing but that it is that service.
    A token is good while the key that signed it is: whoever changes a key ends them all.
    """

    def __init__(self, keys: str | KeyOf, revocations: Revocations | None = None) -> None:
        """Agency's public key as `Minter.public_key` gives it, or whoever knows them by name."""
        self._key_of = _agency_alone(keys) if isinstance(keys, str) else keys
        self._imported: dict[str, OKPKey] = {}
        self.revocations = revocations or Revocations()
        self._known: dict[str, _Read] = {}

    def subject(self, token: str) -> Subject:
        """Who the token speaks for; BadToken for anything forged, late, early or revoked."""
        if len(token) > TOKEN_CHARACTERS_MAX:
            raise BadToken
        try:
            read = self._known.get(token)
            if read is None or self._key_of(read.signer) != read.key:
                read = self._read(token)
            _CLAIMS.validate(read.claims)
        except (JoseError, ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
            raise BadToken from error
        if self.revocations.covers(read.subject):
            raise BadToken
        return read.subject

    def _read(self, token: str) -> "_Read":
        """What a token with a good signature says; its times are looked at by whoever asks."""
        decoded = jwt.decode(token, self._key, algorithms=_ALGORITHMS)
        signer = _signer(decoded.header)
        subject = _subject(decoded.header, decoded.claims)
        _check_signer(signer, subject)
        found = _Read(signer, self._key_of(signer), decoded.claims, subject)
        while len(self._known) >= KNOWN_MAX:
            self._known.pop(next(iter(self._known)), None)
        self._known[token] = found
        return found

    def _key(self, signed: Any) -> OKPKey:
        """The key by the name that a header gives; nothing else of it is followed."""
        text = self._key_of(_signer(signed.headers()))
        if text not in self._imported:
            self._imported[text] = OKPKey.import_key(msgspec.json.decode(text))
        return self._imported[text]


@dataclass(frozen=True, slots=True)
class _Read:
    """A token whose signature was found good, by which key of whom, and what it says."""

    signer: str
    key: str
    claims: dict[str, Any]
    subject: Subject


def _signer(header: dict[str, Any]) -> str:
    """Who signed, as they say: agency unless somebody else is named."""
    return str(header.get("kid", AGENCY))


def _agency_alone(public_key: str) -> KeyOf:
    def key_of(name: str) -> str:
        if name != AGENCY:
            raise KeyUnknown(name[:32])
        return public_key

    return key_of


def _check_signer(name: str, subject: Subject) -> None:
    """Whoever is not agency speaks for itself, as a service."""
    if name == AGENCY:
        return
    if subject.id != f"service:{name}" or subject.roles() != frozenset({Role.SERVICE}):
        raise ValueError("a service signs for itself alone")


def _subject(header: dict[str, Any], claims: dict[str, Any]) -> Subject:
    if header.get("typ") != "at+jwt":
        raise ValueError("not an access token")
    ends = claims["ends"]
    return Subject(
        id=str(claims["sub"]),
        grants=msgspec.convert(claims["grants"], tuple[Grant, ...]),
        session_id=claims["sid"],
        token_id=claims["tid"],
        seat=claims["seat"],
        scopes=frozenset(claims["scopes"]),
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        epoch=int(claims["epoch"]),
        ends_at=None if ends is None else datetime.fromtimestamp(ends, UTC),
    )
