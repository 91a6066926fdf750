"""Set rosters: of each area all its lines, as its next version; all areas or none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.grid_work import RosterChanged
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import StaleVersion
from beaconfire_dispatch.application.ports import Facts, Rosters, Tasks
from beaconfire_dispatch.domain.roster import Roster
from beaconfire_dispatch.domain.roster_rules import check_rosters


@dataclass(frozen=True, slots=True)
class SetRosters:
    """The rosters as they are to be; `version` is the one that each replaces, None for any."""

    rosters: tuple[Roster, ...]
    replaces: tuple[int | None, ...]
    issued_by: str
    unknown: frozenset[str] = frozenset()
    """Areas that the grid does not have, asked before."""


def keys(command: SetRosters) -> tuple[LockKey, ...]:
    """Each area: its name is the stream on which its changes are told."""
    return tuple(aggregate(one.area) for one in command.rosters)


async def set_rosters(
    command: SetRosters, *, rosters: Rosters, tasks: Tasks, facts: Facts, now: datetime
) -> Sequence[Roster]:
    """Keep and tell what changed; an area whose roster says the same already keeps its version."""
    people = {duty.person_id for one in command.rosters for duty in one.duties} - {None}
    workers = await tasks.still_workers(sorted(one for one in people if one is not None))
    check_rosters(command.rosters, workers, rosters.is_zone, command.unknown)
    areas = [one.area for one in command.rosters]
    known = {one.area: one for one in await rosters.over(areas)}
    versions = await rosters.versions(areas)
    kept: list[Roster] = []
    for place, (asked, replaces) in enumerate(zip(command.rosters, command.replaces, strict=True)):
        version = versions.get(asked.area, 0)
        if replaces is not None and replaces != version:
            raise StaleVersion(pointer=f"/rosters/{place}/replaces", version=version)
        before = known.get(asked.area)
        same = () if before is None else before.duties
        if version and (same, asked.zone if before is None else before.zone) == (
            asked.duties,
            asked.zone,
        ):
            kept.append(replace(asked, version=version))
            continue
        kept.append(await _issue(replace(asked, version=version + 1), command, rosters, facts, now))
    return kept


async def _issue(
    roster: Roster, command: SetRosters, rosters: Rosters, facts: Facts, now: datetime
) -> Roster:
    await rosters.add(roster, issued_by=command.issued_by, issued_at=now)
    told = RosterChanged(roster.area, roster.version, roster.zone, roster.duties, now)
    await facts.tell(told, scope=Scope(division=roster.area))
    return roster
