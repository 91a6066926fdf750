"""What geo does when others tell facts: place incidents, learn whose units there are."""

from collections.abc import Awaitable, Callable
from typing import Any

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.facts.incident import (
    IncidentClosed,
    IncidentMerged,
    IncidentOpened,
    IncidentRelocated,
    IncidentReopened,
    IncidentSplit,
    IncidentVoided,
)
from beaconfire_contracts.ids import IncidentId
from beaconfire_geo.application.end_placing import end_placing
from beaconfire_geo.application.place_incident import place_incident
from beaconfire_geo.application.ports import Placings
from beaconfire_geo.domain.placing import Grid, Labels
from beaconfire_platform.database import Tx
from beaconfire_platform.log.reaction import Reaction

SOURCES = frozenset({"incident", "dispatch", "agency"})

Effect = Callable[[Envelope[Any], Tx], Awaitable[None]]
PlacingsOf = Callable[[Tx], Placings]
SaveHome = Callable[[Tx, str, str, str], Awaitable[None]]
KeepBody = Callable[[Tx, BodyRegistered], Awaitable[None]]


def reactions(
    grid: Grid,
    labels: Labels,
    placings_of: PlacingsOf,
    save_home: SaveHome,
    keep_body: KeepBody,
) -> dict[type[Fact], Reaction]:
    """Fact → effect, over the maps in force and the tables of the transaction at hand."""

    async def place(told: Envelope[Any], tx: Tx) -> None:
        fact: IncidentOpened | IncidentRelocated = told.fact
        await place_incident(
            fact.incident_id,
            fact.place,
            scope=told.scope,
            placings=placings_of(tx),
            facts=tx,
            grid=grid,
            labels=labels,
        )

    def ending(*, ended: bool) -> Effect:
        async def effect(told: Envelope[Any], tx: Tx) -> None:
            await end_placing(IncidentId(told.key), ended=ended, placings=placings_of(tx))

        return effect

    async def learn_unit(told: Envelope[Any], tx: Tx) -> None:
        fact: UnitRegistered = told.fact
        await save_home(tx, fact.unit_id, fact.body, fact.division)

    async def learn_body(told: Envelope[Any], tx: Tx) -> None:
        await keep_body(tx, told.fact)

    ended, opened = Reaction(ending(ended=True)), Reaction(ending(ended=False))
    return {
        IncidentOpened: Reaction(place),
        IncidentRelocated: Reaction(place),
        IncidentClosed: ended,
        IncidentVoided: ended,
        IncidentMerged: ended,
        IncidentReopened: opened,
        IncidentSplit: opened,
        UnitRegistered: Reaction(learn_unit),
        BodyRegistered: Reaction(learn_body),
    }
