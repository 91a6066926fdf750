"""The report: one person's or device's telling; what it says, where it was told to be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, ReportId
from beaconfire_contracts.places import Place, Point
from beaconfire_contracts.refusals import Conflict
from beaconfire_contracts.vocabulary import (
    CallEnding,
    Channel,
    PlaceMethod,
    PlaceState,
    Priority,
)
from beaconfire_incident.domain.duplicates import UNCERTAINTY_DEFAULT_M, Telling, words_of

CALLBACK_WITHIN: Final = timedelta(minutes=2)
"""A caller who hung up or was silent is rung back within two minutes."""
BROKEN: Final = frozenset({CallEnding.HUNG_UP, CallEnding.SILENT})


class ReportMoved(Conflict):
    """Somebody has put the report to another incident since: look again."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who told it: kept in incident's own tables only, and erasable (报警人)."""

    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Telephone:
    """The call of a report, from answer to end (通话)."""

    id: str
    answered_at: datetime
    ended_at: datetime | None = None
    ended_how: CallEnding | None = None
    callback: str | None = None
    recording_ref: str | None = None


@dataclass(frozen=True, slots=True)
class ToldPosition:
    """A position as it came with a report: point, radius in metres, by what means (上报位置)."""

    point: Point
    accuracy_m: float | None
    method: PlaceMethod

    @property
    def place(self) -> Place:
        """As a place: approximate, since nobody has confirmed it."""
        return Place(
            PlaceState.APPROXIMATE,
            self.point,
            UNCERTAINTY_DEFAULT_M if self.accuracy_m is None else self.accuracy_m,
            self.method,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """One telling of something; many may concern one incident (接警单)."""

    id: ReportId
    incident_id: IncidentId
    channel: Channel
    type: str | None
    text: str
    position: ToldPosition | None
    address: str | None
    observed_at: datetime | None
    received_at: datetime
    received_by: PersonId | None
    body: BodyId
    priority: Priority | None
    reporter: Reporter | None
    call: Telephone | None
    voice_refs: tuple[str, ...]
    attached: bool = False
    score: float | None = None

    @property
    def place(self) -> Place:
        """Where it was told to be, or nowhere yet."""
        return Place(PlaceState.UNLOCATED) if self.position is None else self.position.place

    def expect_on(self, incident_id: str) -> None:
        """ReportMoved when it is not on the incident that the caller has locked."""
        if self.incident_id != incident_id:
            raise ReportMoved(incident_id=str(self.incident_id))

    def telling(self) -> Telling | None:
        """What duplicates are scored by; None without a point."""
        if self.position is None:
            return None
        place = self.position.place
        return Telling(
            self.position.point,
            place.uncertainty_m or UNCERTAINTY_DEFAULT_M,
            self.received_at,
            self.type,
            words_of(self.text),
        )


METHOD_OF: Final = {
    Channel.PHONE: PlaceMethod.NETWORK,
    Channel.SMS: PlaceMethod.NETWORK,
    Channel.APP: PlaceMethod.DEVICE,
    Channel.SENSOR: PlaceMethod.DEVICE,
    Channel.GRID: PlaceMethod.DEVICE,
}
"""By what means a position came when nobody says: from the channel; else from a map."""
