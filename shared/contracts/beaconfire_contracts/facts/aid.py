"""What dispatch tells of mutual aid: who is asked for units, what they answer, when it is over."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import AidId, BodyId, IncidentId, UnitId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.vocabulary import AidState


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AidRequested:
    """Another body is asked for units, as what an incident needs is not to be had here (请求增援).

    It sees the incident from now on. `root_id` is the first of the requests that follow each other.
    """

    incident_id: IncidentId
    aid_id: AidId
    root_id: AidId
    body: BodyId
    for_body: BodyId
    needs: tuple[Need, ...]
    asked_at: datetime
    due_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AidAnswered:
    """Units are given, or none for a reason; or the time to answer is over (增援答复)."""

    incident_id: IncidentId
    aid_id: AidId
    body: BodyId
    state: AidState
    answered_at: datetime
    reason: str | None = None
    unit_ids: tuple[UnitId, ...] = ()


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AidEnded:
    """The last of the units that a body gave is done (增援结束)."""

    incident_id: IncidentId
    aid_id: AidId
    body: BodyId
    ended_at: datetime


@fact("dispatch", key="incident_id")
@dataclass(frozen=True, slots=True)
class AidExhausted:
    """Everybody who might help was asked, and nobody gave units: the shift leader has it."""

    incident_id: IncidentId
    root_id: AidId
    exhausted_at: datetime
