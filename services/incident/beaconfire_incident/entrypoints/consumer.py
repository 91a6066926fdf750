"""What incident does when others, and it itself, tell facts: project, and keep the timeline."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import FACTS, Fact
from beaconfire_contracts.facts import dispatch as units
from beaconfire_contracts.facts.agency import BodyRegistered, SeatRegistered
from beaconfire_contracts.facts.aid import AidAnswered, AidEnded, AidRequested
from beaconfire_contracts.facts.dispatch_life import OnViewed
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_incident.application import open_on_view, share_for_aid
from beaconfire_incident.application.mark_handled import Commitments, mark_handled
from beaconfire_incident.application.ports import Bodies, Incidents, Reports
from beaconfire_incident.domain.catalogue import Catalogue
from beaconfire_incident.entrypoints.tracking import hash_of, new_code
from beaconfire_platform.database import Tx
from beaconfire_platform.log.reaction import Reaction

SOURCES = frozenset({"incident", "geo", "dispatch", "agency"})


class Projections(Commitments, Protocol):
    """Our tables of what was heard, within one transaction."""

    async def line(self, told: Envelope[Any]) -> None:
        """One line of the timeline."""
        ...

    async def placed(self, fact: IncidentPlaced) -> None:
        """Where geo says it lies."""
        ...

    async def sent(self, fact: units.AssignmentDispatched) -> None:
        """A unit was ordered to it."""
        ...

    async def on_viewed(self, fact: OnViewed) -> None:
        """A crew began there by itself."""
        ...

    async def rehomed(self, fact: units.AssignmentRehomed) -> None:
        """An assignment came from another incident."""
        ...

    async def moved_away(self, fact: units.AssignmentMovedAway) -> None:
        """An assignment went to another incident."""
        ...

    async def stepped(self, fact: Any) -> None:  # a step of an assignment
        """An assignment went a step on."""
        ...

    async def tasked(self, fact: units.TaskOffered) -> None:
        """Somebody was asked to do something."""
        ...

    async def body(self, fact: BodyRegistered) -> None:
        """A body."""
        ...

    async def seat(self, fact: SeatRegistered) -> None:
        """A seat."""
        ...


@dataclass(frozen=True, slots=True)
class Tables:
    """How to reach our tables within a transaction."""

    projections: Callable[[Tx], Projections]
    incidents: Callable[[Tx], Incidents]
    steps: dict[type, str]
    reports: Callable[[Tx], Reports]
    bodies: Callable[[Tx], Bodies]
    catalogue: Catalogue


def reactions(tables: Tables) -> dict[type[Fact], Reaction]:
    """Fact → effect: every fact about an incident is a line of its timeline, some do more."""
    found: dict[type[Fact], Reaction] = {
        spec.factclass: Reaction(_effect(tables, _more(tables, spec.factclass)))
        for spec in FACTS.values()
        if spec.key_field == "incident_id"
    }
    found[OnViewed] = Reaction(_on_view(tables), lambda told: open_on_view.keys(told.fact))
    sharing = Reaction(_sharing(tables), lambda told: share_for_aid.keys(told.fact))
    found |= dict.fromkeys((AidRequested, AidAnswered, AidEnded), sharing)
    found[BodyRegistered] = Reaction(_of_agency(tables, "body"))
    found[SeatRegistered] = Reaction(_of_agency(tables, "seat"))
    return found


More = Callable[[Projections, Any, Tx], Awaitable[None]] | None
Effect = Callable[[Envelope[Any], Tx], Awaitable[None]]


def _effect(tables: Tables, more: More) -> Effect:
    async def effect(told: Envelope[Any], tx: Tx) -> None:
        projections = tables.projections(tx)
        await projections.line(told)
        if more is not None:
            await more(projections, told.fact, tx)

    return effect


def _on_view(tables: Tables) -> Effect:
    """A crew came upon something: opened where nobody knew of it, and somebody is at work."""

    async def effect(told: Envelope[Any], tx: Tx) -> None:
        await open_on_view.open_on_view(
            told.fact, told.cause.actor, hash_of(new_code()), incidents=tables.incidents(tx),
            reports=tables.reports(tx), bodies=tables.bodies(tx), facts=tx,
            catalogue=tables.catalogue,
        )  # fmt: skip
        projections = tables.projections(tx)
        await projections.line(told)
        await projections.on_viewed(told.fact)

    return effect


def _sharing(tables: Tables) -> Effect:
    """Who is asked for aid sees it, until they decline or are done."""

    async def effect(told: Envelope[Any], tx: Tx) -> None:
        await tables.projections(tx).line(told)
        await share_for_aid.share_for_aid(told.fact, incidents=tables.incidents(tx), facts=tx)

    return effect


def _leaves_a_gap(fact: Any) -> bool:
    """Whether whoever was to come did not, and no desk said that they need not: others will."""
    return isinstance(fact, units.AssignmentRefused) or fact.source is StatusSource.SYSTEM


def _of_agency(tables: Tables, name: str) -> Effect:
    async def effect(told: Envelope[Any], tx: Tx) -> None:
        await getattr(tables.projections(tx), name)(told.fact)

    return effect


def _more(tables: Tables, factclass: type[Fact]) -> More:
    plain: dict[type[Fact], str] = {
        IncidentPlaced: "placed",
        units.AssignmentDispatched: "sent",
        units.AssignmentRehomed: "rehomed",
        units.AssignmentMovedAway: "moved_away",
        units.TaskOffered: "tasked",
    }
    if factclass in plain:
        name = plain[factclass]

        async def project(projections: Projections, fact: Any, _tx: Tx) -> None:
            await getattr(projections, name)(fact)

        return project
    if factclass in tables.steps:

        async def step(projections: Projections, fact: Any, tx: Tx) -> None:
            await projections.stepped(fact)
            if _leaves_a_gap(fact):
                return
            await mark_handled(
                IncidentId(fact.incident_id), fact.occurred_at, commitments=projections,
                incidents=tables.incidents(tx), facts=tx,
            )  # fmt: skip

        return step
    return None
