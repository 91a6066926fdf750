"""What others told, kept so that incident can answer with it: placing, commitments, bodies."""

from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import dispatch as units
from beaconfire_contracts.facts.agency import BodyRegistered, SeatRegistered
from beaconfire_contracts.facts.dispatch_life import OnViewed
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_platform import codec
from beaconfire_platform.database import Connection, Tx

_PLACED: Final = """
    update incident set cell = $2, path = $3, label = $4, layer_version = $5,
        nearest_cell = $6, nearest_distance_m = $7
    where incident_id = $1
"""
_SENT: Final = """
    insert into commitment (assignment_id, incident_id, unit_id, status, dispatched_at, is_open)
    values ($1, $2, $3, $4, $5, true)
    on conflict (incident_id, assignment_id) do update
        set is_here = true, is_open = true, status = excluded.status
"""
_STEP: Final = """
    update commitment set status = $3, is_open = $4 and is_here,
        steps = (steps::jsonb || jsonb_build_object($3::text, $5::text))::json
    where incident_id = $1 and assignment_id = $2
"""
_LINE: Final = """
    insert into timeline (incident_id, fact_id, type, told_at, occurred_at, actor, seat, data)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
# Who came before it was reopened answered what it was then.
_ANSWERED: Final = """
    select not exists (select from commitment where incident_id = $1 and is_open)
       and exists (select from timeline where incident_id = $1
           and type = 'beaconfire.dispatch.assignment-cleared.v1'
           and told_at > coalesce((select max(told_at) from timeline where incident_id = $1
               and type = 'beaconfire.incident.incident-reopened.v1'), '-infinity'))
"""
STEPS: Final[dict[type, str]] = {
    units.AssignmentAcknowledged: "acknowledged",
    units.AssignmentEnRoute: "en_route",
    units.AssignmentOnScene: "on_scene",
    units.AssignmentTransporting: "transporting",
    units.AssignmentAtHospital: "at_hospital",
    units.AssignmentCleared: "cleared",
    units.AssignmentRefused: "refused",
    units.AssignmentCancelled: "cancelled",
}
ENDED: Final = frozenset({"cleared", "refused", "cancelled"})


class PgProjections:
    """Writes what was heard into our tables, within the consumer's transaction."""

    def __init__(self, tx: Tx) -> None:
        """One transaction."""
        self._tx = tx
        self._connection: Connection = tx.connection

    async def line(self, told: Envelope[Any]) -> None:
        """One line of the timeline."""
        self._tx.later(
            _LINE, told.key, told.id, told.type, told.time, told.cause.occurred_at,
            told.cause.actor, told.cause.seat, codec.encode(told.fact),
        )  # fmt: skip

    async def placed(self, fact: IncidentPlaced) -> None:
        """Where geo says it lies; the place as told stays as it is."""
        await self._connection.execute(
            _PLACED, fact.incident_id, fact.cell, fact.path, fact.label, fact.layer_version,
            fact.nearest_cell, fact.nearest_distance_m,
        )  # fmt: skip

    async def sent(self, fact: units.AssignmentDispatched) -> None:
        """A unit was ordered to it."""
        await self._connection.execute(
            _SENT, fact.assignment_id, fact.incident_id, fact.unit_id, "dispatched",
            fact.dispatched_at,
        )  # fmt: skip

    async def on_viewed(self, fact: OnViewed) -> None:
        """A crew began there by itself."""
        await self._connection.execute(
            _SENT, fact.assignment_id, fact.incident_id, fact.unit_id, "on_scene", fact.told_at
        )
        await self._connection.execute(
            _STEP, fact.incident_id, fact.assignment_id, "on_scene", True,
            fact.occurred_at.isoformat(),
        )  # fmt: skip

    async def rehomed(self, fact: units.AssignmentRehomed) -> None:
        """A merge or split moved an assignment here."""
        await self._connection.execute(
            _SENT, fact.assignment_id, fact.incident_id, fact.unit_id, fact.status,
            fact.dispatched_at,
        )  # fmt: skip

    async def stepped(self, fact: Any) -> None:  # one of STEPS
        """An assignment went a step on, or ended."""
        status = STEPS[type(fact)]
        await self._connection.execute(
            _STEP, fact.incident_id, fact.assignment_id, status, status not in ENDED,
            fact.occurred_at.isoformat(),
        )  # fmt: skip

    async def moved_away(self, fact: units.AssignmentMovedAway) -> None:
        """A merge or split moved an assignment to another incident."""
        await self._connection.execute(
            "update commitment set is_here = false, is_open = false "
            "where incident_id = $1 and assignment_id = $2",
            fact.incident_id,
            fact.assignment_id,
        )

    async def tasked(self, fact: units.TaskOffered) -> None:
        """Somebody was asked to do something there: they may read it."""
        if fact.person_id is not None:
            await self._connection.execute(
                "insert into tasked (incident_id, person_id) values ($1, $2) "
                "on conflict do nothing",
                fact.incident_id, fact.person_id,
            )  # fmt: skip

    async def has_been_answered(self, incident_id: str) -> bool:
        """Whether units came since it is open, and none is still at work."""
        await self._tx.write_now()
        return bool(await self._connection.fetchval(_ANSWERED, incident_id))

    async def body(self, fact: BodyRegistered) -> None:
        """A body with its pool seat."""
        await self._connection.execute(
            "insert into body (body_id, pool_seat, division, kind) values ($1, $2, $3, $4) "
            "on conflict (body_id) do update set pool_seat = excluded.pool_seat, "
            "division = excluded.division, kind = excluded.kind",
            fact.body_id, fact.pool_seat, fact.division, fact.kind,
        )  # fmt: skip

    async def seat(self, fact: SeatRegistered) -> None:
        """A seat of a body."""
        await self._connection.execute(
            "insert into seat (seat_id, body) values ($1, $2) "
            "on conflict (seat_id) do update set body = excluded.body",
            fact.seat_id, fact.body,
        )  # fmt: skip
