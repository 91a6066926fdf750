"""Recommendations that may be followed though nobody asks, and those that were, in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from beaconfire_contracts.ids import AssignmentId, IncidentId, RecommendationId, UnitId
from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.adapters.commands import command_of, read_commands
from beaconfire_dispatch.adapters.demands import PgPolicies
from beaconfire_dispatch.adapters.instructions import IS_OVER
from beaconfire_dispatch.application.automatic_ports import Turn
from beaconfire_dispatch.domain.automatic import who_turns_nobody
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.policy import Policy, choose
from beaconfire_platform.database import Connection

_IS_ASKED: Final = "select exists (select from policy where mode = 'auto')"
LOOKED_THROUGH_MAX: Final = 2_000
"""Incidents that still ask: more are a disaster, the most urgent of which are looked at."""
# Their policies are asked again under locks.
_ASKING: Final = """
    select d.incident_id, d.priority, d.type, d.path, d.division from demand d
    where d.merged_into is null and not d.ended and not d.answered and d.response_id is not null
      and d.priority in (select priority from policy where mode = 'auto')
    order by d.priority, d.opened_at, d.incident_id limit $1
"""
_WAITING: Final = """
    select newest.recommendation_id, asking.incident_id, newest.units
    from unnest($1::uuid[]) with ordinality asking (incident_id, place)
    cross join lateral (
        select r.recommendation_id, r.units from recommendation r
        where r.incident_id = asking.incident_id
        order by r.made_at desc, r.recommendation_id desc limit 1) newest
    where cardinality(newest.units) > 0
      and not exists (select from automatic_order o
          where o.recommendation_id = newest.recommendation_id)
    order by asking.place limit $2
"""
_IS_NEWEST: Final = """
    select recommendation_id = $2 from recommendation where incident_id = $1
    order by made_at desc, recommendation_id desc limit 1
"""
_CLAIM: Final = """
    insert into automatic_order (recommendation_id, incident_id, ordered_at) values ($1, $2, $3)
    on conflict (recommendation_id) do nothing returning true
"""
_BARRED: Final = f"""
    select unit_id from assignment where unit_id = any($2::uuid[]) and upper_inf(during)
      and assignment_id <> all($3::uuid[])
    union
    select i.unit_id from instruction i where i.unit_id = any($2::uuid[])
      and (i.kind = 'vetoed') = (i.incident_id = $1)
      and (i.kind = 'vetoed' or exists (select from demand d
          where d.incident_id = i.incident_id and d.merged_into is null and not d.ended))
      and not {IS_OVER}
"""
_OWNER: Final = "select owner from demand where incident_id = $1"
_WHOSE: Final = "select unit_id, body, division from unit where unit_id = any($1::uuid[])"
_CHOSEN: Final = """
    select recommendation_id, answer -> 'options' as options
    from recommendation where recommendation_id = any($1)
"""
_UNITS_OF: Final = "select assignment_id, unit_id from assignment where assignment_id = any($1)"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A recommendation that nobody was ordered by yet."""

    recommendation_id: RecommendationId
    incident_id: IncidentId
    unit_ids: tuple[UnitId, ...]
    turns: Mapping[UnitId, Turn]
    """Of those units that are on their way elsewhere, or take the place of one that is coming."""
    instead: tuple[UnitId, ...] = ()
    """Who goes where nobody may be turned round for it; nobody where nobody has to be."""


class _Order(msgspec.Struct):
    """An order as a recommendation names it."""

    incident_id: str
    assignment_id: str


class _Chosen(msgspec.Struct):
    """A unit of a recommendation, as far as it turns anybody round."""

    unit_id: str
    leaves: _Order | None = None
    replaces: _Order | None = None

    def turn(self, units: Mapping[str, UnitId]) -> Turn:
        """The same with the unit of whoever is replaced."""
        leaves, replaces = self.leaves, self.replaces
        return Turn(
            None if leaves is None else AssignmentId(leaves.assignment_id),
            None if leaves is None else IncidentId(leaves.incident_id),
            None if replaces is None else AssignmentId(replaces.assignment_id),
            None if replaces is None else units.get(replaces.assignment_id),
        )


class _Option(msgspec.Struct):
    """Units that are proposed together."""

    choices: tuple[_Chosen, ...] = ()


_OPTIONS: Final = msgspec.json.Decoder(tuple[_Option, ...])


class PgAutomaticOrders:
    """Automatic orders over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def is_asked(self) -> bool:
        """Whether anything at all is done by itself; mostly nothing is."""
        return bool(await self._connection.fetchval(_IS_ASKED))

    async def waiting(self, limit: int) -> Sequence[Waiting]:
        """What may be followed, the most urgent and oldest first.

        An exception may be automatic for one type or area: what only has its priority is not asked
        for, and hides nobody.
        """
        policies = await PgPolicies(self._connection).every()
        asking = await self._connection.fetch(_ASKING, LOOKED_THROUGH_MAX)
        incidents = [one["incident_id"] for one in asking if _is_automatic(one, policies)]
        chosen = await self._connection.fetch(_WAITING, incidents, limit)
        options = await self._options([one["recommendation_id"] for one in chosen])
        turns = await self._turns(options)
        return [_waiting_of(one, options, turns) for one in chosen]

    async def _options(self, names: Sequence[Any]) -> Mapping[Any, tuple[_Option, ...]]:
        """By recommendation: who is proposed, the best first."""
        rows = await self._connection.fetch(_CHOSEN, list(names)) if names else []
        return {one["recommendation_id"]: _OPTIONS.decode(one["options"] or "[]") for one in rows}

    async def _turns(
        self, options: Mapping[Any, tuple[_Option, ...]]
    ) -> Mapping[Any, Mapping[UnitId, Turn]]:
        """By recommendation: what the units of its first option leave, and whom they replace."""
        turning = {
            name: [one for one in _first(some) if one.leaves or one.replaces]
            for name, some in options.items()
        }
        every = [choice.replaces for some in turning.values() for choice in some]
        named = [one.assignment_id for one in every if one is not None]
        found = await self._connection.fetch(_UNITS_OF, named) if named else []
        units = {str(one["assignment_id"]): UnitId(str(one["unit_id"])) for one in found}
        return {
            name: {UnitId(choice.unit_id): choice.turn(units) for choice in some}
            for name, some in turning.items()
        }

    async def is_newest(self, incident_id: IncidentId, named: RecommendationId) -> bool:
        """Whether nothing else was recommended for the incident since."""
        return bool(await self._connection.fetchval(_IS_NEWEST, incident_id, named))

    async def claim(
        self, recommendation_id: RecommendationId, incident_id: IncidentId, at: datetime
    ) -> bool:
        """Keep that it is followed; the table's key refuses a second."""
        return bool(await self._connection.fetchval(_CLAIM, recommendation_id, incident_id, at))

    async def barred(
        self,
        incident_id: IncidentId,
        unit_ids: Sequence[UnitId],
        leaving: Sequence[AssignmentId] = (),
    ) -> frozenset[UnitId]:
        """Who of these is kept for another, vetoed here, on an incident unless it leaves it, or not
        to be ordered by who answers for the incident.
        """
        found = await self._connection.fetch(_BARRED, incident_id, list(unit_ids), list(leaving))
        others = await self._of_others(incident_id, unit_ids)
        return others | {UnitId(str(one["unit_id"])) for one in found}

    async def _of_others(
        self, incident_id: IncidentId, unit_ids: Sequence[UnitId]
    ) -> frozenset[UnitId]:
        """Who of these is of a body that nobody who answers for the incident may order."""
        owner = await self._connection.fetchval(_OWNER, incident_id)
        command = command_of(owner, await read_commands(self._connection))
        rows = await self._connection.fetch(_WHOSE, list(unit_ids))
        return frozenset(
            UnitId(str(one["unit_id"]))
            for one in rows
            if command is not None and not command.reaches(one["body"], one["division"])
        )


def _is_automatic(record: Mapping[str, Any], policies: Sequence[Policy]) -> bool:
    place = Demand(IncidentId(""), path=record["path"], division=record["division"])
    of_priority = [one for one in policies if one.priority == record["priority"]]
    return choose(of_priority, record["type"], place.whereabouts).mode is PolicyMode.AUTO


def _first(options: tuple[_Option, ...]) -> tuple[_Chosen, ...]:
    return options[0].choices if options else ()


def _waiting_of(
    record: Mapping[str, Any],
    options: Mapping[Any, tuple[_Option, ...]],
    turns: Mapping[Any, Mapping[UnitId, Turn]],
) -> Waiting:
    name = record["recommendation_id"]
    return Waiting(
        RecommendationId(str(name)),
        IncidentId(str(record["incident_id"])),
        tuple(UnitId(str(unit_id)) for unit_id in record["units"]),
        turns.get(name, {}),
        _instead(options.get(name, ())),
    )


def _instead(options: tuple[_Option, ...]) -> tuple[UnitId, ...]:
    if all(one.leaves is None for one in _first(options)):
        return ()
    return who_turns_nobody(
        [{UnitId(one.unit_id): bool(one.leaves or one.replaces) for one in option.choices}
         for option in options]
    )  # fmt: skip
