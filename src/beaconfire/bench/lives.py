"""Lives of incidents, as the services tell them: a log of real kinds of facts for a section.

Each incident is opened, placed, answered by one unit and closed; each unit goes through the steps
of its orders. Three services tell, so that a record of the picture has three versions of its own.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.facts import Fact, dispatch, geo, incident, key_of
from beaconfire_contracts.ids import (
    AssignmentId,
    BodyId,
    IncidentId,
    NoteId,
    PersonId,
    RecommendationId,
    ReportId,
    ResponseId,
    SeatId,
    StationId,
    UnitId,
)
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.needs import Need, ProposedUnit
from beaconfire_contracts.places import Owner, Place, Point
from beaconfire_contracts.vocabulary import (
    Channel,
    Disposition,
    IncidentClass,
    OwnerBasis,
    PlaceMethod,
    PlaceState,
    PolicyMode,
    PrimaryStatus,
    Priority,
    StatusSource,
    UnitKind,
    UnitStatus,
)
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.process.logins import role_of

SERVICES: Final = ("dispatch", "geo", "incident")
UNITS: Final = 200
AT_ONCE: Final = 50
"""Incidents whose facts are told in one transaction of each service."""
BODY: Final = BodyId("00000000-0000-7000-8000-000000000000")
DIVISION: Final = "akl.central"
SCOPE: Final = Scope(owner=BODY, division=DIVISION)
BEGAN: Final = datetime(2026, 11, 24, tzinfo=UTC)
EVERY: Final = timedelta(seconds=9)
"""Some ten thousand incidents a day: a city's."""
HARBOUR: Final = Point(174.7633, -36.8485)
TOLD: Final[tuple[str, ...]] = ("incident", "geo", "dispatch", "incident")
"""Which services tell, in turn: the last closes what the first opened."""
A_LIFE: Final = 18
"""Facts of one incident, those of its unit with them."""
Told = tuple[Sequence[Fact], ...]
"""What is told of one incident, as `TOLD` says by whom."""


async def tell_lives(owner_dsn: str, n: int) -> int:
    """At least `n` facts of whole lives; how many. Nobody is connected when it returns."""
    async with _services(owner_dsn) as services:
        units = [UnitId(new_id()) for _ in range(UNITS)]
        await _tell(services["dispatch"], [_registered(unit) for unit in units])
        count = max(1, -(-(n - UNITS) // A_LIFE))
        for start in range(0, count, AT_ONCE):
            numbers = range(start, min(count, start + AT_ONCE))
            lives = [_life(number, units[number % UNITS]) for number in numbers]
            for turn, service in enumerate(TOLD):
                await _tell(services[service], chain(*(life[turn] for life in lives)))
    return UNITS + count * A_LIFE


@asynccontextmanager
async def _services(owner_dsn: str) -> AsyncGenerator[dict[str, Database]]:
    opened: dict[str, Database] = {}
    try:
        for service in SERVICES:
            opened[service] = await Database.connect(
                service, owner_dsn, bell=Doorbell(), connections=1, role=role_of(service)
            )
        yield opened
    finally:
        for database in opened.values():
            await database.close()


async def _tell(database: Database, facts: Iterable[Fact]) -> None:
    """In one transaction, as somebody at a seat."""
    facts = list(facts)
    cause = Cause(actor=f"person:{new_id()}", correlation_id=new_id(), seat=new_id())
    locks = {aggregate(key_of(fact)) for fact in facts}
    async with database.transaction(*locks, cause=cause) as tx:
        await tx.tell(*facts, scope=SCOPE)


def _registered(unit: UnitId) -> Fact:
    return dispatch.UnitRegistered(
        unit, f"A{unit[-4:]}", UnitKind.AMBULANCE, BODY, StationId(new_id()),
        ("als", "transport"), DIVISION, UnitStatus.IN_SERVICE, PrimaryStatus.AVAILABLE,
    )  # fmt: skip


def _life(number: int, unit: UnitId) -> Told:
    """One incident, from its opening to its end."""
    it, at = IncidentId(new_id()), BEGAN + number * EVERY
    point = Point(HARBOUR.lon + number % 97 / 1_000, HARBOUR.lat + number % 89 / 1_000)
    placed = geo.IncidentPlaced(
        it, PlaceState.CONFIRMED, point, f"akl-{number % 500:04}", f"akl.central.{number % 20}", 1
    )
    answer = _answer(it, unit, at)
    return (_opening(it, number, at, point), [placed], answer, _ending(it, at))


def _opening(it: IncidentId, number: int, at: datetime, point: Point) -> Sequence[Fact]:
    place = Place(PlaceState.CONFIRMED, point, 20.0, PlaceMethod.MAP, 0.9)
    owner, seat, report = Owner(BODY, OwnerBasis.RECEIVED, at, at), SeatId(new_id()), new_id()
    return [
        incident.IncidentOpened(
            it, number + 1, "medical.cardiac", IncidentClass.PUBLIC_HEALTH, Priority.P1, "type",
            place, owner, seat, DIVISION, at, ReportId(report), Channel.PHONE,
        ),
        incident.ReportReceived(
            it, ReportId(report), Channel.PHONE, "medical.cardiac", at, at, attached=False
        ),
        incident.IncidentTaken(it, seat, PersonId(new_id())),
    ]  # fmt: skip


def _answer(it: IncidentId, unit: UnitId, at: datetime) -> Sequence[Fact]:
    """Proposed, ordered, and each step of the unit, which it tells of itself as well."""
    response, proposal = ResponseId(new_id()), RecommendationId(new_id())
    order, by = AssignmentId(new_id()), StatusSource.TERMINAL
    needs, arrives = (Need("als", 1),), at + timedelta(minutes=7)

    def goes(status: UnitStatus, minutes: int, primary: PrimaryStatus) -> Fact:
        since = at + timedelta(minutes=minutes)
        return dispatch.UnitStatusChanged(unit, status, primary, since, by, it, order)

    def step(kind: Any, minutes: int) -> Fact:
        fact: Fact = kind(it, order, unit, at + timedelta(minutes=minutes), by)
        return fact

    away = PrimaryStatus.NOT_AVAILABLE
    return [
        dispatch.ResponseOpened(it, response, at, arrives, needs, PolicyMode.PROPOSE),
        dispatch.RecommendationMade(
            it, proposal, (ProposedUnit(unit, "als", 400.0, arrives),), (), at
        ),
        dispatch.AssignmentDispatched(
            it, order, unit, 1, at, arrives, at + timedelta(minutes=1), proposal
        ),
        goes(UnitStatus.DISPATCHED, 0, away),
        step(dispatch.AssignmentAcknowledged, 1),
        step(dispatch.AssignmentEnRoute, 2),
        goes(UnitStatus.EN_ROUTE, 2, away),
        step(dispatch.AssignmentOnScene, 7),
        goes(UnitStatus.ON_SCENE, 7, away),
        step(dispatch.AssignmentCleared, 30),
        dispatch.ResponseEnded(it, response, at + timedelta(minutes=30)),
    ]


def _ending(it: IncidentId, at: datetime) -> Sequence[Fact]:
    over = at + timedelta(minutes=31)
    return [
        incident.NoteWritten(it, NoteId(new_id()), over),
        incident.IncidentHandled(it, over),
        incident.IncidentClosed(it, Disposition.TREATED_ON_SCENE, over),
    ]
