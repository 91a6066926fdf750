"""Assign matters: which agency answers for what and where, all of it, as the next version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.geo import MattersAssigned
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import StaleVersion
from beaconfire_geo.application.ports import Facts, Matters
from beaconfire_geo.domain.matters import MatterEdition, MatterRule, check_matters

LIST = "matters"
"""The one list of a deployment, which is one jurisdiction."""


@dataclass(frozen=True, slots=True)
class AssignMatters:
    """All rows, and the version that they replace; None for any."""

    rules: tuple[MatterRule, ...]
    replaces: int | None
    issued_by: str


def keys(_command: AssignMatters) -> tuple[LockKey, ...]:
    """The list."""
    return (aggregate(LIST),)


async def assign_matters(
    command: AssignMatters,
    *,
    matters: Matters,
    known_areas: Iterable[str],
    facts: Facts,
    now: datetime,
) -> MatterEdition:
    """Keep and tell it, all or nothing; the same again keeps its version."""
    check_matters(command.rules, await matters.bodies(), known_areas)
    newest = await matters.newest()
    if command.replaces is not None and command.replaces != newest.version:
        raise StaleVersion(pointer="/replaces", version=newest.version)
    if newest.rules == command.rules:
        return newest
    edition = MatterEdition(newest.version + 1, command.rules)
    await matters.add(edition, issued_by=command.issued_by, issued_at=now)
    await facts.tell(MattersAssigned(LIST, edition.version, len(edition.rules), now))
    return edition
