"""Share an incident with the body that is asked for aid: it takes part until it is done.

What a body sees is decided by its part alone, here and elsewhere, so nothing more is shared.
"""

from typing import Final

from beaconfire_contracts.facts.aid import AidAnswered, AidEnded, AidRequested
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.places import Participation
from beaconfire_contracts.vocabulary import AidState, ParticipationRole, ParticipationState
from beaconfire_incident.application.change_incident import ChangeIncident, change_incident
from beaconfire_incident.application.ports import Facts, Incidents
from beaconfire_incident.domain.incident import Incident, Told, joined

Aid = AidRequested | AidAnswered | AidEnded
_STATE_OF: Final = {
    AidState.ACCEPTED: ParticipationState.WORKING,
    AidState.DECLINED: ParticipationState.RETURNED,
    AidState.EXPIRED: ParticipationState.RETURNED,
    AidState.WITHDRAWN: ParticipationState.RETURNED,
}


def keys(told: Aid) -> tuple[LockKey, ...]:
    """The incident."""
    return (aggregate(told.incident_id),)


async def share_for_aid(told: Aid, *, incidents: Incidents, facts: Facts) -> None:
    """Keep the helper's part; a body that takes part otherwise keeps the part that it has."""
    await change_incident(
        ChangeIncident(IncidentId(told.incident_id), None),
        lambda one: _with_part(one, told),
        incidents=incidents,
        facts=facts,
    )


def _with_part(incident: Incident, told: Aid) -> Told:
    """The incident with the helper's part as it is by now; what is over stays as it was left."""
    known = next((one for one in incident.participations if one.body == told.body), None)
    is_other = known is not None and known.role is not ParticipationRole.SUPPORT
    if not incident.is_live or is_other:
        return incident, ()
    if isinstance(told, AidRequested):
        part = Participation(
            told.body, ParticipationRole.SUPPORT, ParticipationState.ASKED, None, told.asked_at,
            told.due_at,
        )  # fmt: skip
        return joined(incident, part)
    if known is None:
        return incident, ()
    state = ParticipationState.DONE if isinstance(told, AidEnded) else _STATE_OF[told.state]
    part = Participation(known.body, known.role, state, known.asked_by, known.asked_at,
                         known.due_at, known.own_number)  # fmt: skip
    return joined(incident, part)
