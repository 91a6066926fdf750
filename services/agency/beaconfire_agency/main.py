"""Agency's composition root: what it is made of, wired in one place."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from fastapi import APIRouter

from beaconfire_agency.adapters import by_hand, founding
from beaconfire_agency.adapters.argon import ArgonPasswords
from beaconfire_agency.adapters.beginnings import Beginnings
from beaconfire_agency.adapters.by_hand import Added
from beaconfire_agency.adapters.deliveries import PgDeliveries
from beaconfire_agency.adapters.directory import PgDirectory
from beaconfire_agency.adapters.exchange import PgExchange
from beaconfire_agency.adapters.founding import Founded
from beaconfire_agency.adapters.front_door import PgFrontDoor
from beaconfire_agency.adapters.held_topics import waiting_bodies
from beaconfire_agency.adapters.secrets import token_secret
from beaconfire_agency.adapters.session_rows import PgSessions
from beaconfire_agency.adapters.shared_topics import SOURCE as SHARED
from beaconfire_agency.adapters.shared_topics import SharedTopics, tidy
from beaconfire_agency.adapters.sharing_batch import SharingAtHand
from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.entrypoints.api import exchange_routes, session_routes
from beaconfire_agency.entrypoints.body_api import body_routes
from beaconfire_agency.entrypoints.consumer import SOURCES, may_see, reactions
from beaconfire_agency.entrypoints.people_api import grant_routes, people_routes, revocation_routes
from beaconfire_agency.entrypoints.seat_api import hand_over_routes, seat_routes, seating_routes
from beaconfire_agency.entrypoints.secret_api import (
    password_routes,
    token_routes,
    withdrawal_routes,
)
from beaconfire_agency.entrypoints.subscription_api import (
    delivery_routes,
    ending_routes,
    subscription_routes,
)
from beaconfire_agency.settings import AgencySettings
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.key_file import signing_key
from beaconfire_platform.access.revocation import revocation_listener
from beaconfire_platform.access.tokens import Minter, new_signing_key
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.port import Share
from beaconfire_platform.web.joined import joined
from beaconfire_platform.web.session import RememberedExchange

__all__ = [
    "add_person",
    "build",
    "build_apart",
    "found",
    "issue_bearer",
    "renew_password",
    "routes",
    "waiting_bodies",
]
GATHER_S: Final = 0.5
"""Bodies outside are told half a second later: one commit instead of one for each fact."""
TIDY_EVERY_S: Final = 600.0
_log: Final = structlog.get_logger(__name__)


async def build(
    ground: Ground,
    settings: AgencySettings,
    *,
    publishes: bool = False,
    passwords: ArgonPasswords | None = None,
) -> Service:
    """Everything wired; nothing runs yet. `exchange` is for the node's `SessionDoor`.

    Where what bodies outside are told is published, its publisher hears of each batch at once.
    `passwords` are those of R50 unless others are handed over; they end with the service.
    """
    passwords = passwords or ArgonPasswords()
    minter = Minter(signing_key(settings.key_folder))
    revocations = ground.verifier.revocations
    exchange = RememberedExchange(
        PgExchange(ground.database, minter, idle=settings.idle), revocations
    )

    async def tidy_forever() -> None:
        await _tidy_forever(ground)

    async def begin() -> str | None:
        """Found the authority of an empty deployment; its password is said this once."""
        founded = await found(ground.database)
        if founded is None:
            return None
        return f"first administrator: {founded.sign_in}  password: {founded.password}"

    async def close() -> None:
        passwords.close()

    return Service(
        "agency",
        _router(ground, passwords, exchange),
        consumers=[_sharing_consumer(ground, publishes=publishes)],
        listeners=[revocation_listener(ground.log, revocations, exchange.forget)],
        loops=[tidy_forever, Beginnings(ground.database, may_see).watch_forever],
        begin=begin,
        close=close,
        exchange=exchange,
    )


async def build_apart(ground: Ground, environment: Mapping[str, str]) -> Service:
    """The same, by the settings of its own process's environment."""
    key_folder = Path(environment["BEACONFIRE_KEY_FOLDER"])
    settings = AgencySettings.from_environment(environment, key_folder=key_folder)
    service = await build(ground, settings, publishes=True)
    kafka = KafkaSettings.from_environment(environment)
    service.publishers[SHARED] = SharedTopics(
        ground.database, kafka, ground.instance, Presence(kafka)
    )
    return service


def _sharing_consumer(ground: Ground, *, publishes: bool) -> Consumer:
    """One for all processes of agency: what each body is told is decided in one order."""
    sharing = SharingAtHand()
    return Consumer(
        "agency",
        log=ground.log,
        database=ground.database,
        sources=SOURCES,
        reactions=reactions(sharing.tables, tables_of),
        at_end=sharing.write,
        share=Share.ALONE,
        gather_s=GATHER_S,
        after_batch=ground.database.bell.ring if publishes else None,
    )


def routes(ground: Ground, settings: AgencySettings) -> APIRouter:
    """Its routes alone, for whoever describes them: they sign with a key that nobody keeps."""
    minter = Minter(new_signing_key())
    known = PgExchange(ground.database, minter, idle=settings.idle)
    exchange = RememberedExchange(known, ground.verifier.revocations)
    return _router(ground, ArgonPasswords(), exchange)


def _router(ground: Ground, passwords: ArgonPasswords, exchange: RememberedExchange) -> APIRouter:
    edge, clock, forget = ground.edge, ground.clock, exchange.forget
    directory, door = PgDirectory(ground.database), PgFrontDoor(ground.database, passwords)
    deliveries = PgDeliveries(ground.database)
    return joined(
        session_routes(edge, door, directory, tables_of, forget),
        exchange_routes(edge, exchange),
        body_routes(edge, directory, tables_of),
        people_routes(edge, door, directory, tables_of),
        grant_routes(edge, tables_of, forget),
        revocation_routes(edge, tables_of, forget),
        password_routes(edge, door, tables_of, forget),
        token_routes(edge, directory, tables_of, token_secret),
        withdrawal_routes(edge, directory, tables_of, forget),
        seat_routes(edge, directory, tables_of),
        seating_routes(edge, tables_of, clock, forget),
        hand_over_routes(edge, tables_of, clock, forget),
        subscription_routes(edge, deliveries, tables_of),
        ending_routes(edge, tables_of),
        delivery_routes(edge, deliveries),
    )


async def found(
    database: Database,
    *,
    code: str = "root",
    division: str = "root",
    zone: str = "UTC",
    passwords: ArgonPasswords | None = None,
) -> Founded | None:
    """Found the authority of an empty deployment: None when there is one, else what to print once.

    `database` is agency's own; called once its schema is there, before or after `build`.
    `passwords` are those of R50 unless others are handed over, which end with it.
    """
    passwords = passwords or ArgonPasswords()
    try:
        return await founding.found(database, passwords, code=code, division=division, zone=zone)
    finally:
        passwords.close()


async def add_person(
    database: Database, sign_in: str, role: Role, *, body_id: str | None = None
) -> Added:
    """Register somebody by hand, with a password to be told them once."""
    passwords = ArgonPasswords()
    try:
        return await by_hand.add_person(database, passwords, sign_in, role, body_id)
    finally:
        passwords.close()


async def renew_password(database: Database, sign_in: str) -> Added:
    """A new password of somebody by hand, to be told them once."""
    passwords = ArgonPasswords()
    try:
        return await by_hand.renew_password(database, passwords, sign_in)
    finally:
        passwords.close()


async def issue_bearer(
    database: Database, sign_in: str, *, life: timedelta, scopes: tuple[str, ...] = ()
) -> str:
    """A new API token of somebody by hand: its text, which is kept nowhere."""
    return await by_hand.issue_bearer(database, sign_in, life=life, scopes=scopes)


async def _tidy_forever(ground: Ground) -> None:
    """Drop tries that count no longer, sessions long over, what bodies were told a week ago."""
    cause = Cause(actor="agency:tidy", correlation_id="")
    while True:
        try:
            async with ground.database.transaction(cause=cause) as tx:
                await PgSessions(tx.connection).tidy()
                await tidy(tx.connection)
        except TROUBLE as error:
            _log.warning("tidying_waits", error=type(error).__name__)
        await asyncio.sleep(TIDY_EVERY_S)
