"""What is known of incidents, the policies they are answered by, and what was recommended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from beaconfire_contracts.ids import IncidentId, ResponseId, UnitId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.application.recommend_units import Kept, Recommend
from beaconfire_dispatch.domain.casualties import Casualties
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine.explain import Advice
from beaconfire_dispatch.domain.policy import Policy, choose
from beaconfire_platform import codec
from beaconfire_platform.database import Connection, Tx

DEMAND_COLUMNS: Final = """
    incident_id, number, type, priority, lon, lat, path, division, owner, opened_at, response_id,
    target_at, needs, participants, merged_into, ended, verify_path,
    answered, alarm_level, uncertainty_m, also_in, casualties, response_areas
"""
_SAVE: Final = f"""
    insert into demand ({DEMAND_COLUMNS})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23)
    on conflict (incident_id) do update set number = excluded.number, type = excluded.type,
        priority = excluded.priority, lon = excluded.lon, lat = excluded.lat,
        path = excluded.path, division = excluded.division, owner = excluded.owner,
        opened_at = excluded.opened_at, response_id = excluded.response_id,
        target_at = excluded.target_at, needs = excluded.needs,
        participants = excluded.participants, merged_into = excluded.merged_into,
        ended = excluded.ended, verify_path = excluded.verify_path,
        answered = excluded.answered, alarm_level = excluded.alarm_level,
        uncertainty_m = excluded.uncertainty_m, also_in = excluded.also_in,
        casualties = excluded.casualties, response_areas = excluded.response_areas
"""
_POLICY: Final = """
    select priority, mode, target_s, acknowledge_s, late_s, area, type, may_divert_unasked
    from policy
"""
_SAVE_POLICY: Final = """
    insert into policy (priority, mode, target_s, acknowledge_s, late_s, area, type,
        may_divert_unasked)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (priority, area, type) do update set mode = excluded.mode,
        target_s = excluded.target_s, acknowledge_s = excluded.acknowledge_s,
        late_s = excluded.late_s, may_divert_unasked = excluded.may_divert_unasked
"""
_DROP_EXCEPTION: Final = """
    delete from policy where priority = $1 and area = $2 and type = $3 and (area, type) <> ('', '')
    returning true
"""
_NEWEST: Final = """
    select asked.incident_id, n.recommendation_id, n.units, n.short
    from unnest($1::uuid[]) as asked (incident_id)
    cross join lateral (
        select recommendation_id, units, answer -> 'short' as short from recommendation r
        where r.incident_id = asked.incident_id
        order by made_at desc, recommendation_id desc limit 1
    ) n
    where not exists (
        select from automatic_order o where o.recommendation_id = n.recommendation_id)
"""
_REFRESH: Final = """
    update recommendation r set answer = n.answer, snapshot_id = n.snapshot_id
    from unnest($1::uuid[], $2::json[], $3::uuid[]) as n (recommendation_id, answer, snapshot_id)
    where r.recommendation_id = n.recommendation_id
"""
_PRUNE: Final = """
    delete from snapshot where kept_at < clock_timestamp() - interval '1 minute'
        and ($1::float8 is null or kept_at > clock_timestamp() - make_interval(secs => $1))
        and not exists (
            select from recommendation r where r.snapshot_id = snapshot.snapshot_id)
"""
_CASUALTIES: Final = msgspec.json.Decoder(Casualties)
_NEEDS: Final = msgspec.json.Decoder(tuple[Need, ...])


class PgDemands:
    """Demands over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, incident_id: IncidentId) -> Demand | None:
        """One demand, or None when dispatch has not heard of the incident."""
        record = await self._connection.fetchrow(
            f"select {DEMAND_COLUMNS} from demand where incident_id = $1", incident_id
        )
        return None if record is None else demand_of(record)

    async def several(self, incident_ids: Sequence[IncidentId]) -> Mapping[IncidentId, Demand]:
        """Those of many incidents of which dispatch has heard."""
        records = await self._connection.fetch(
            f"select {DEMAND_COLUMNS} from demand where incident_id = any($1::uuid[])", incident_ids
        )
        return {one.incident_id: one for one in map(demand_of, records)}

    async def save(self, demand: Demand) -> None:
        """Keep it."""
        one, point = demand, demand.point
        await self._connection.execute(
            _SAVE, one.incident_id, one.number, one.type, one.priority,
            None if point is None else point.lon, None if point is None else point.lat,
            one.path, one.division, one.owner, one.opened_at, one.response_id, one.target_at,
            codec.encode(one.needs), sorted(one.participants), one.merged_into, one.ended,
            one.verify_path, one.answered, one.alarm_level, one.uncertainty_m, list(one.also_in),
            None if one.casualties is None else codec.encode(one.casualties),
            list(one.response_areas),
        )  # fmt: skip


class PgPolicies:
    """Policies over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in; each priority's are read once."""
        self._connection = connection
        self._read: dict[int, list[Policy]] = {}

    async def of(
        self, priority: int, type_code: str | None = None, path: str | None = None
    ) -> Policy:
        """The policy in force; the migration gives every priority one for everywhere."""
        if priority not in self._read:
            records = await self._connection.fetch(f"{_POLICY} where priority = $1", priority)
            self._read[priority] = [_policy_of(one) for one in records]
        return choose(self._read[priority], type_code, path)

    async def every(self) -> list[Policy]:
        """All of them, the most urgent first, each rule before its exceptions."""
        records = await self._connection.fetch(f"{_POLICY} order by priority, area, type")
        return [_policy_of(one) for one in records]

    async def save(self, policy: Policy) -> None:
        """Keep it, new or changed."""
        self._read.clear()
        await self._connection.execute(
            _SAVE_POLICY, policy.priority, policy.mode, policy.target_s, policy.acknowledge_s,
            policy.late_s, policy.area or "", policy.type or "", policy.may_divert_unasked,
        )  # fmt: skip

    async def drop(self, priority: int, area: str | None, type_code: str | None) -> bool:
        """Forget an exception; whether there was one. The rule for everywhere is none."""
        self._read.clear()
        dropped = await self._connection.fetchval(
            _DROP_EXCEPTION, priority, area or "", type_code or ""
        )
        return bool(dropped)


class PgRecommendations:
    """Recommendations within one transaction."""

    def __init__(self, tx: Tx) -> None:
        """Inside a transaction."""
        self._tx = tx
        self._connection = tx.connection
        self._newest: Mapping[IncidentId, Any] = {}
        """The ids of what was asked for last."""

    async def newest(self, incident_ids: Sequence[IncidentId]) -> Mapping[IncidentId, Kept]:
        """The last one for each incident; none where there is none, or where it was followed.

        What is proposed again after it was followed is another recommendation.
        """
        records = await self._connection.fetch(_NEWEST, incident_ids)
        found = {IncidentId(str(one["incident_id"])): one for one in records}
        self._newest = {name: one["recommendation_id"] for name, one in found.items()}
        return {
            name: Kept(tuple(UnitId(str(u)) for u in one["units"]), _NEEDS.decode(one["short"]))
            for name, one in found.items()
        }

    async def add_snapshot(self, snapshot_id: str, taken_at: datetime, picture: str) -> None:
        """Keep the picture, as JSON, that a round of decisions was made on."""
        await self._connection.execute(
            "insert into snapshot (snapshot_id, taken_at, picture) values ($1, $2, $3)",
            snapshot_id, taken_at, picture,
        )  # fmt: skip

    async def prune(self, back_s: float | None) -> None:
        """Forget older pictures on which nothing that is kept was decided; None: however old."""
        await self._connection.execute(_PRUNE, back_s)

    async def add(self, command: Recommend, kept: Kept, made_at: datetime) -> None:
        """Keep a new one, once for an incident in a transaction."""
        self._tx.later(
            "insert into recommendation (recommendation_id, incident_id, made_at, units, answer, "
            "snapshot_id) values ($1, $2, $3, $4, $5, $6)",
            command.recommendation_id, command.incident_id, made_at, list(kept.units),
            answer_of(command.advice, command.circumstances), command.snapshot_id,
        )  # fmt: skip

    async def refresh(self, commands: Sequence[Recommend]) -> None:
        """The same units with newer times: the last ones say so from now on."""
        if commands:
            await self._connection.execute(
                _REFRESH,
                [self._newest[one.incident_id] for one in commands],
                [answer_of(one.advice, one.circumstances) for one in commands],
                [one.snapshot_id for one in commands],
            )


def answer_of(advice: Advice, circumstances: object) -> str:
    """An advice as it is kept, and beside it what was so when it was decided."""
    beside = {} if circumstances is None else msgspec.to_builtins(circumstances)
    return codec.encode(msgspec.to_builtins(advice) | beside)


def _policy_of(record: Any) -> Policy:
    return Policy(
        record["priority"],
        PolicyMode(record["mode"]),
        record["target_s"],
        record["acknowledge_s"],
        record["late_s"],
        record["area"] or None,
        record["type"] or None,
        record["may_divert_unasked"],
    )


def demand_of(record: Mapping[str, Any]) -> Demand:
    """A demand from its row."""
    merged_into, response_id = record["merged_into"], record["response_id"]
    casualties: Any = record["casualties"]
    return Demand(
        incident_id=IncidentId(str(record["incident_id"])),
        number=record["number"],
        type=record["type"],
        priority=record["priority"],
        point=None if record["lon"] is None else Point(record["lon"], record["lat"]),
        path=record["path"],
        division=record["division"],
        owner=record["owner"],
        opened_at=record["opened_at"],
        response_id=None if response_id is None else ResponseId(str(response_id)),
        target_at=record["target_at"],
        needs=_NEEDS.decode(record["needs"]),
        participants=frozenset(record["participants"]),
        merged_into=None if merged_into is None else IncidentId(str(merged_into)),
        ended=record["ended"],
        verify_path=record["verify_path"],
        answered=record["answered"],
        alarm_level=record["alarm_level"],
        uncertainty_m=record["uncertainty_m"],
        also_in=tuple(record["also_in"]),
        casualties=None if casualties is None else _CASUALTIES.decode(casualties),
        response_areas=tuple(record["response_areas"]),
    )
