"""What is known of things and what is told of them to bodies outside, in PostgreSQL.

Whoever writes holds the stream of each thing, so that rows are in the order of their transactions.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from beaconfire_agency.adapters.subscription_rows import ROW, subscription_of
from beaconfire_agency.domain.known_incident import Answer, File, KnownIncident, Spot
from beaconfire_agency.domain.known_unit import KnownUnit, Roster
from beaconfire_agency.domain.sharing import Known
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_contracts.ids import BodyId, IncidentId, SubscriptionId, UnitId
from beaconfire_contracts.shared_events import (
    IncidentWithdrawn,
    SharedEvent,
    SharingEnded,
    UnitWithdrawn,
    name_of,
    subject_of,
)
from beaconfire_platform import codec
from beaconfire_platform.database import Connection
from beaconfire_platform.ids import new_id

_LAST_WORDS: Final = (IncidentWithdrawn, SharingEnded, UnitWithdrawn)
"""After these a body is shown nothing of the key."""
_KNOWN: Final = "select source, data from known where id = $1"
_STANDING: Final = """
    select k.kind, k.id, json_object_agg(k.source, k.data)::text as parts from known k
    where k.id = any($1::uuid[]) and (k.kind = 'unit' or exists (
        select from known f where f.id = k.id and f.source = 'incident'
            and f.data->>'status' <> all('{closed,voided,merged}')))
    group by k.kind, k.id order by k.id
"""
_BEGIN: Final = f"""
    with begun as (
        update subscription set begun = true, told_up_to = '00000000-0000-0000-0000-000000000000'
        where id = $1 and ended_at is null returning *)
    select {ROW} from begun s join body b on b.id = s.body
"""
_GO_ON: Final = f"""
    with gone_on as (
        update subscription set told_up_to = $3
        where id = $1 and told_up_to = $2 and ended_at is null returning *)
    select {ROW} from gone_on s join body b on b.id = s.body
"""
_HAS_BEGUN: Final = """
    select exists (select from shown where body = $1 and key = $1 and data is not null)
"""
_IN_FORCE: Final = """
    select exists (select from subscription where body = $1 and begun and ended_at is null)
"""
_SUBSCRIBERS: Final = f"""
    select {ROW}, w.data is not null as was_shown
    from subscription s join body b on b.id = s.body
    left join shown w on w.body = s.body and w.key = $1
        and (w.subscription = s.id or w.subscription_version is distinct from w.version)
    where s.begun and s.ended_at is null order by s.id
"""
# What a process of the version before showed is told once more: for whom it was, no row says.
_PUT: Final = """
    with told as (
        insert into shown as w (body, key, version, data, subscription, subscription_version)
        values ($1, $2, 1, $3, $7, 1)
        on conflict (body, key) do update set version = w.version + 1, data = excluded.data,
                subscription = excluded.subscription, subscription_version = w.version + 1
            where w.data is distinct from excluded.data
                or w.data is not null and (w.subscription is distinct from excluded.subscription
                    or w.subscription_version is distinct from w.version)
        returning version)
    insert into shared_event (id, body, type, key, key_version, data)
    select $4, $1, $5, $2, version, $6 from told
"""
_FILE: Final = msgspec.json.Decoder(File)
_SPOT: Final = msgspec.json.Decoder(Spot)
_ANSWER: Final = msgspec.json.Decoder(Answer)
_ROSTER: Final = msgspec.json.Decoder(Roster)
_PARTS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class PgSharing:
    """What is shared, over one connection; who learns of things as well is a `BatchSharing`."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def incident(self, incident_id: IncidentId) -> KnownIncident:
        """An incident as far as it is known."""
        return _incident_of(incident_id, await self._parts(incident_id))

    async def unit(self, unit_id: UnitId) -> KnownUnit:
        """A unit as far as it is known."""
        return _unit_of(unit_id, await self._parts(unit_id))

    async def standing(self, things: Sequence[str]) -> Sequence[Known]:
        """Of these the units, and the incidents that are not over."""
        found: list[Known] = []
        for record in await self._connection.fetch(_STANDING, things):
            parts = {name: bytes(raw) for name, raw in _PARTS.decode(record["parts"]).items()}
            thing = str(record["id"])
            if record["kind"] == "unit":
                found.append(_unit_of(UnitId(thing), parts))
            else:
                found.append(_incident_of(IncidentId(thing), parts))
        return found

    async def begin(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Tell this subscriber from now on; None when that has ended meanwhile."""
        record = await self._connection.fetchrow(_BEGIN, subscription_id)
        return None if record is None else subscription_of(record)

    async def go_on(
        self, subscription_id: SubscriptionId, after: str, to: str | None
    ) -> Subscription | None:
        """It is told of all things up to a place, or of all; None when it is not at `after`."""
        record = await self._connection.fetchrow(_GO_ON, subscription_id, after, to)
        return None if record is None else subscription_of(record)

    async def has_begun(self, body: BodyId) -> bool:
        """Whether a body was told that sharing began, and not that it ended."""
        return bool(await self._connection.fetchval(_HAS_BEGUN, body))

    async def is_in_force(self, body: BodyId) -> bool:
        """Whether a subscription of a body has begun and not ended."""
        return bool(await self._connection.fetchval(_IN_FORCE, body))

    async def subscribers(self, key: str) -> Sequence[tuple[Subscription, bool]]:
        """Who is told now, and whether each was shown the thing with this key."""
        found = await self._connection.fetch(_SUBSCRIBERS, key)
        return [(subscription_of(record), record["was_shown"]) for record in found]

    async def put(self, subscription: Subscription, event: SharedEvent) -> None:
        """Send a subscriber an event, unless it says what the last one of its key said."""
        text = codec.encode(event)
        await self._connection.execute(
            _PUT,
            subscription.body,
            subject_of(event),
            None if isinstance(event, _LAST_WORDS) else text,
            new_id(),
            name_of(event),
            text,
            subscription.id,
        )

    async def _parts(self, thing: str) -> dict[str, str]:
        found = await self._connection.fetch(_KNOWN, thing)
        return {record["source"]: record["data"] for record in found}


def _incident_of(incident_id: IncidentId, parts: Any) -> KnownIncident:
    file, spot, answer = parts.get("incident"), parts.get("geo"), parts.get("dispatch")
    return KnownIncident(
        incident_id,
        None if file is None else _FILE.decode(file),
        None if spot is None else _SPOT.decode(spot),
        Answer() if answer is None else _ANSWER.decode(answer),
    )


def _unit_of(unit_id: UnitId, parts: Any) -> KnownUnit:
    roster = parts.get("dispatch")
    return KnownUnit(unit_id, None if roster is None else _ROSTER.decode(roster))
