"""What agency keeps of a unit: what a body outside may be told, and what decides whether."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from beaconfire_agency.domain.sight import Sight
from beaconfire_contracts.facts.dispatch import UnitRegistered, UnitStatusChanged
from beaconfire_contracts.ids import BodyId, UnitId
from beaconfire_contracts.shared_events import UnitShown
from beaconfire_contracts.vocabulary import PrimaryStatus, UnitKind, UnitStatus

OF_UNIT: Final = frozenset({UnitRegistered, UnitStatusChanged})
"""Every fact that changes what is shown of a unit."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What dispatch tells of a unit: what it is, whose, what it does now (力量档案)."""

    call_sign: str
    kind: UnitKind
    body: BodyId
    capabilities: tuple[str, ...]
    division: str
    status: UnitStatus
    primary: PrimaryStatus
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as far as it is known here (已知力量)."""

    id: UnitId
    roster: Roster | None = None

    @property
    def sight(self) -> Sight | None:
        """What seeing it is decided on; None while it is not registered."""
        return None if self.roster is None else Sight(self.roster.division, self.roster.body)

    @property
    def shown(self) -> UnitShown | None:
        """What is told of it to whoever may see it."""
        roster = self.roster
        if roster is None:
            return None
        return UnitShown(
            unit_id=self.id,
            call_sign=roster.call_sign,
            kind=roster.kind,
            body=roster.body,
            capabilities=roster.capabilities,
            division=roster.division,
            status=roster.status,
            primary=roster.primary,
            since=roster.since,
        )


def with_fact(fact: Any, known: KnownUnit) -> KnownUnit:
    """The unit after one of its facts."""
    if isinstance(fact, UnitRegistered):
        roster = Roster(
            fact.call_sign,
            fact.kind,
            fact.body,
            fact.capabilities,
            fact.division,
            fact.status,
            fact.primary,
        )
        return replace(known, roster=roster)
    if known.roster is None:
        return known
    return replace(
        known,
        roster=replace(known.roster, status=fact.status, primary=fact.primary, since=fact.since),
    )
