"""Revocation as a fact: whoever runs a verifier listens to agency and forgets within seconds."""

from collections.abc import Callable
from typing import Any

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import (
    AccessRevoked,
    GrantsChanged,
    SeatHandedOver,
    SeatLeft,
    SeatTaken,
)
from beaconfire_platform.access.tokens import Revocations
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import Reaction

SOURCES = frozenset({"agency"})

Forget = Callable[[str], None]
"""Drops whatever was exchanged for a person, by the person's id."""


def _forget_nobody(person_id: str) -> None:
    """Where nothing is exchanged there is nothing to forget."""
    del person_id


def reactions(
    revocations: Revocations, *, forget: Forget = _forget_nobody
) -> dict[type[Fact], Reaction]:
    """Fact → effect on what this process remembers; all are safe to repeat and in any order.

    The effects are in memory: a revocation taken in by a transaction that then fails only ends
    early what ends anyway.
    """

    async def revoke(told: Envelope[Any], tx: Tx) -> None:
        del tx
        revocations.revoke(told.fact)
        forget(told.fact.person_id)

    async def renew(told: Envelope[Any], tx: Tx) -> None:
        del tx
        forget(told.fact.person_id)

    async def renew_both(told: Envelope[Any], tx: Tx) -> None:
        del tx
        forget(told.fact.from_person)
        forget(told.fact.accepted_by)

    return {
        AccessRevoked: Reaction(revoke),
        GrantsChanged: Reaction(renew),
        SeatTaken: Reaction(renew),
        SeatLeft: Reaction(renew),
        SeatHandedOver: Reaction(renew_both),
    }
