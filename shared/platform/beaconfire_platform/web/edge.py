"""The edge of a service: who calls, may they, one transaction a command, audited and idempotent.

R1: state, facts, audit row and the answer to the idempotency key commit together. R30: the same
key and body get the same answer again; another body is refused.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec
from fastapi import Depends, Request, Response
from pydantic import BaseModel

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import LockKey
from beaconfire_contracts.refusals import (
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    Unauthenticated,
    Unavailable,
)
from beaconfire_platform import codec
from beaconfire_platform.access.allow import ACTIONS, allow, may_ever
from beaconfire_platform.access.subject import NOWHERE, Resource, Subject
from beaconfire_platform.access.tokens import Verifier
from beaconfire_platform.database import (
    TROUBLE,
    Database,
    Tx,
    persistently,
)
from beaconfire_platform.looking import NotAtOnce
from beaconfire_platform.once import AnsweredBefore, AnswerInFlight, Once
from beaconfire_platform.web.audit import AuditEntry, write_audit
from beaconfire_platform.web.strict_json import DOOR, LARGE_BYTES, REFUSED

COMMAND_S_MAX: Final = 6.0
"""R25: a service answers within 6 s, its database within 5."""
IDEMPOTENCY_KEY_CHARACTERS_MAX: Final = 255
ADMITTED: Final = "beaconfire.admitted"
"""Where a request keeps its Call: it is admitted before its body is read, and asked for after."""
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NAME_OF_AN_OBJECT: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class IdempotencyMismatch(Invalid):
    """This idempotency key was used for another request."""


class TimedOut(Unavailable):
    """The command took too long; ask again with the same idempotency key."""


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request: its caller, its action, its key for a safe retry."""

    request: Request
    subject: Subject
    action: str
    correlation_id: str
    idempotency_key: str | None
    on_behalf_of: str | None = None
    """For whom: the unit or the worker whose step a desk tells."""
    occurred_at: datetime | None = None
    """When it happened, as told."""
    holds_secret: bool = False
    """Whether its body holds a password: what is kept of it then is slow to guess at."""

    @property
    def cause(self) -> Cause:
        """The cause of whatever facts this call leads to."""
        return Cause(
            actor=self.subject.id,
            correlation_id=self.correlation_id,
            seat=self.subject.seat,
            on_behalf_of=self.on_behalf_of,
            occurred_at=self.occurred_at,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: a status and a body (a pydantic model or a dataclass).

    `shown_once` are further members that are sent now and kept nowhere: a replay is without them.
    """

    status: int
    body: object
    object_id: str | None = None
    shown_once: Mapping[str, str] | None = None


Run = Callable[[Tx], Awaitable[Answer]]
ResourceOf = Callable[[Tx], Awaitable[Resource]]

_REMEMBERED: Final = (
    "select fingerprint, status, response from idempotency where principal = $1 and key = $2"
)
_REMEMBER: Final = """
    insert into idempotency (principal, key, fingerprint, status, response)
    values ($1, $2, $3, $4, $5)
"""


class Edge:
    """What the routes of one service go through."""

    def __init__(self, database: Database, verifier: Verifier) -> None:
        """One database and one verifier a service."""
        self._database = database
        self._verifier = verifier

    def needs(self, action: str) -> Any:
        """A dependency giving the Call: authenticated, and some grant names `action`."""
        if action not in ACTIONS:
            raise ValueError(f"no role may ever do {action}; add it to roles.toml")

        async def admit(request: Request) -> Call:
            known = request.scope.get(ADMITTED)
            if known is not None and known.action == action:
                return known
            subject = self.authenticate(request)
            request.scope["beaconfire.service"] = self._database.service
            correlation_id = request.scope["beaconfire.correlation"]
            call = Call(request, subject, action, correlation_id, idempotency_key(request))
            if request.method not in _READING:
                request.scope[REFUSED] = partial(
                    self._audit_refusal, call, object_id=_object_of(request)
                )
            if not may_ever(subject, action):
                raise Forbidden(f"none of your roles may {action}")
            request.scope[ADMITTED] = call
            return call

        admit.__name__ = f"{DOOR}{action}"
        return Depends(admit)

    def authenticate(self, request: Request) -> Subject:
        """Who sent this request; Unauthenticated without a valid bearer token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        return self._verifier.subject(token)

    def permit(self, call: Call, resource: Resource) -> None:
        """NotFound when the caller may not even see it, Forbidden when it may see it only."""
        self.permit_subject(call.subject, call.action, resource)

    @staticmethod
    def permit_subject(subject: Subject, action: str, resource: Resource) -> None:
        """The same for a subject at hand."""
        decision = allow(subject, action, resource)
        if decision.allowed:
            return
        raise Forbidden(decision.reason) if decision.visible else NotFound()

    async def command(
        self,
        call: Call,
        run: Run,
        *,
        keys: tuple[LockKey, ...] = (),
        resource: Resource | ResourceOf = NOWHERE,
        object_id: str | None = None,
        is_at_once: bool = False,
    ) -> Response:
        """Run one command in one transaction; replay its answer when the key was used before.

        `is_at_once`: first tried as one statement (`Database.at_once`), which `run` may find not to
        be enough; then it runs again, the long way.
        """
        call.request.scope.pop(REFUSED, None)  # from here on its row is written here
        fingerprint = await _fingerprint(call.request)
        if call.holds_secret and call.idempotency_key is not None:
            fingerprint = await asyncio.to_thread(_slow_digest, fingerprint, call)

        async def attempt() -> Response:
            once = _once(call)
            if is_at_once:
                short = self._database.at_once(*keys, cause=call.cause, once=once)
                try:
                    return await self._attempt(short, call, run, resource, object_id, fingerprint)
                except NotAtOnce:
                    pass  # nothing was written
            long = self._database.transaction(*keys, cause=call.cause, once=once)
            return await self._attempt(long, call, run, resource, object_id, fingerprint)

        try:
            async with asyncio.timeout(COMMAND_S_MAX), self._database.bell.turns.first():
                answer = await persistently(attempt)
                await asyncio.sleep(0)  # whoever shows it begins before it is answered
                return answer
        except TimeoutError as error:
            raise TimedOut from error
        except Refusal as refusal:
            await self._audit_refusal(call, refusal, object_id)
            raise

    async def _attempt(
        self,
        transaction: AbstractAsyncContextManager[Tx],
        call: Call,
        run: Run,
        resource: Resource | ResourceOf,
        object_id: str | None,
        fingerprint: bytes,
    ) -> Response:
        once = _once(call)
        try:
            async with transaction as tx:
                self.permit(
                    call, resource if isinstance(resource, Resource) else await resource(tx)
                )
                answer = await run(tx)
                body = _bytes(answer.body)
                if once is not None:
                    kept = (once.principal, once.key, fingerprint, answer.status, body)
                    tx.later(_REMEMBER, *kept)
                write_audit(tx, _done(call, tx.cause, answer.object_id or object_id))
        except AnsweredBefore:
            return await self._replayed(once, fingerprint)
        return Response(
            _showing(body, answer.shown_once), answer.status, media_type="application/json"
        )

    async def _replayed(self, once: Once | None, fingerprint: bytes) -> Response:
        """What was answered before; AnswerInFlight where that was forgotten at this moment."""
        record = None
        if once is not None:
            async with self._database.reading() as connection:
                record = await connection.fetchrow(_REMEMBERED, once.principal, once.key)
        if record is None:
            raise AnswerInFlight
        if bytes(record["fingerprint"]) != fingerprint:
            raise IdempotencyMismatch
        headers = {"Idempotency-Replayed": "true"}
        return Response(record["response"], record["status"], headers, "application/json")

    async def _audit_refusal(self, call: Call, refusal: Refusal, object_id: str | None) -> None:
        if isinstance(refusal, Unavailable):
            return  # the database is away or slow: log and metric must do
        try:
            async with self._database.transaction(cause=call.cause) as tx:
                entry = AuditEntry(
                    actor=call.subject.id,
                    action=call.action,
                    correlation_id=call.correlation_id,
                    object_id=object_id,
                    code=refusal.code,
                    seat=call.cause.seat,
                    on_behalf_of=call.cause.on_behalf_of,
                )
                write_audit(tx, entry)
        except TROUBLE as error:
            raise Unavailable("the refusal could not be recorded") from error


def _bytes(body: object) -> bytes:
    if isinstance(body, BaseModel):
        return body.model_dump_json().encode()
    return codec.encode_bytes(body)


def _showing(body: bytes, once: Mapping[str, str] | None) -> bytes:
    """The body with what is shown this once and was not written down."""
    return codec.encode_bytes(msgspec.json.decode(body) | dict(once)) if once else body


def _once(call: Call) -> Once | None:
    return None if call.idempotency_key is None else Once(call.subject.id, call.idempotency_key)


def idempotency_key(request: Request) -> str | None:
    """The key by which a request may be sent again; Invalid when it cannot be one."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if (
        not 1 <= len(key) <= IDEMPOTENCY_KEY_CHARACTERS_MAX
        or not key.isascii()
        or not key.isprintable()
    ):
        raise Invalid(
            "an idempotency key is 1-255 printable ASCII characters", pointer="/idempotency-key"
        )
    return key


def _done(call: Call, cause: Cause, object_id: str | None) -> AuditEntry:
    return AuditEntry(
        actor=call.subject.id,
        action=call.action,
        correlation_id=call.correlation_id,
        object_id=object_id,
        seat=cause.seat,
        on_behalf_of=cause.on_behalf_of,
    )


def _object_of(request: Request) -> str | None:
    """What a request is about, as its path says; nothing where that could not be a name."""
    named = [str(one) for one in request.path_params.values()]
    return named[-1] if named and _NAME_OF_AN_OBJECT.fullmatch(named[-1]) else None


async def _fingerprint(request: Request) -> bytes:
    """SHA-256 of route and canonical JSON: what makes two requests the same."""
    route = f"{request.method} {request.scope['path']}\n".encode()
    body = await request.body()
    told: Any = None
    is_json = bool(body) and request.headers.get("content-type", "").startswith("application/json")
    if is_json:
        told = await request.json()
    if len(body) > LARGE_BYTES:
        return await asyncio.to_thread(_digest, route, body, told, is_json=is_json)
    return _digest(route, body, told, is_json=is_json)


def _digest(route: bytes, body: bytes, told: Any, *, is_json: bool) -> bytes:
    canonical = codec.encode_bytes(_sorted(told)) if is_json else body
    return hashlib.sha256(route + canonical).digest()


def _slow_digest(fingerprint: bytes, call: Call) -> bytes:
    """Scrypt over 16 MiB (RFC 7914): a digest kept for a week is no short way to a password."""
    salt = f"{call.subject.id}\n{call.idempotency_key}".encode()
    return hashlib.scrypt(fingerprint, salt=salt, n=2**14, r=8, p=1, dklen=32)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value
