"""Revocation as a fact: whoever runs a verifier listens to agency and forgets within seconds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import (
    AccessRevoked,
    GrantsChanged,
    SeatHandedOver,
    SeatLeft,
    SeatTaken,
)
from beaconfire_platform.access.tokens import LIFE, Revocations
from beaconfire_platform.log.listener import Hear, Listener
from beaconfire_platform.log.port import FactLog

SOURCES: Final = frozenset({"agency"})
SINCE: Final = LIFE + timedelta(minutes=5)
"""A token that was issued before has ended by itself; five minutes are for clocks that differ."""

Forget = Callable[[str], None]
"""Drops whatever was exchanged for a person, by the person's id."""


def hears(revocations: Revocations, forget: Forget) -> dict[type[Fact], Hear]:
    """Fact → what it does to a process's memory; all of it is safe to repeat, in any order."""

    def revoke(told: Envelope[Any]) -> None:
        revocations.revoke(told.fact)
        forget(told.fact.person_id)

    def renew(told: Envelope[Any]) -> None:
        forget(told.fact.person_id)

    def renew_both(told: Envelope[Any]) -> None:
        forget(told.fact.from_person)
        forget(told.fact.accepted_by)

    return {
        AccessRevoked: revoke,
        GrantsChanged: renew,
        SeatTaken: renew,
        SeatLeft: renew,
        SeatHandedOver: renew_both,
    }


def revocation_listener(log: FactLog, revocations: Revocations, forget: Forget) -> Listener:
    """What keeps a process's memory of revocations right."""
    return Listener(
        "revocations",
        log=log,
        sources=SOURCES,
        hears=hears(revocations, forget),
        since=SINCE,
    )
