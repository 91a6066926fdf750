"""What dispatch does when others tell facts: follow incidents and maps, know who there is."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import BodyRegistered, GrantsChanged, PersonRegistered
from beaconfire_contracts.facts.geo import (
    RoadsClosed,
    RoadsOpened,
    RoadsReleased,
    StationMapped,
    StationUnmapped,
)
from beaconfire_dispatch.application import follow_station
from beaconfire_dispatch.application.follow_incident import follow_incident, keys
from beaconfire_dispatch.application.ports import Answering
from beaconfire_dispatch.domain.demand import FOLLOWED
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.log.reaction import Effect, Reaction

SOURCES: Final = frozenset({"incident", "geo", "agency"})
KeepWorkers = Callable[[Tx, Any], Awaitable[None]]
KeepRoads = Callable[[Tx, Any], Awaitable[None]]
KeepBody = Callable[[Tx, BodyRegistered], Awaitable[None]]
FollowStation = Callable[[Tx, Any], Awaitable[None]]


def reactions(
    answering: Callable[[Tx], Answering],
    workers: KeepWorkers,
    roads: KeepRoads,
    body: KeepBody,
    station: FollowStation,
    clock: Clock,
) -> dict[type[Fact], Reaction]:
    """Fact → effect."""

    async def follow(told: Envelope[Any], tx: Tx) -> None:
        await follow_incident(told.fact, answering=answering(tx), now=clock.now())

    async def know_worker(told: Envelope[Any], tx: Tx) -> None:
        await workers(tx, told.fact)

    async def know_roads(told: Envelope[Any], tx: Tx) -> None:
        await roads(tx, told.fact)

    async def know_body(told: Envelope[Any], tx: Tx) -> None:
        await body(tx, told.fact)

    async def know_station(told: Envelope[Any], tx: Tx) -> None:
        await station(tx, told.fact)

    mapped = Reaction(know_station, lambda told: follow_station.keys(told.fact))
    following = Reaction(follow, lambda told: keys(told.fact))
    others: dict[type[Fact], Effect] = {
        PersonRegistered: know_worker,
        GrantsChanged: know_worker,
        BodyRegistered: know_body,
        RoadsReleased: know_roads,
        RoadsClosed: know_roads,
        RoadsOpened: know_roads,
    }
    return (
        dict.fromkeys(FOLLOWED, following)
        | {kind: Reaction(effect) for kind, effect in others.items()}
        | dict.fromkeys((StationMapped, StationUnmapped), mapped)
    )
