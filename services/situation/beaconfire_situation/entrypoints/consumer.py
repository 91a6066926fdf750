"""What situation does when others tell facts: each becomes a numbered change of the picture."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import AccessRevoked, GrantsChanged
from beaconfire_platform.database import Tx
from beaconfire_platform.log.listener import Hear
from beaconfire_platform.log.reaction import Reaction
from beaconfire_situation.application.apply_fact import apply_fact
from beaconfire_situation.application.ports import Records
from beaconfire_situation.domain.fold import FOLDED

SOURCES: Final = frozenset({"agency", "dispatch", "geo", "incident"})


def reactions(
    records: Callable[[Tx], Records], now: Callable[[], datetime]
) -> dict[type[Fact], Reaction]:
    """Fact → effect."""

    async def fold(told: Envelope[Any], tx: Tx) -> None:
        await apply_fact(told, records=records(tx), now=now())

    return dict.fromkeys(FOLDED, Reaction(fold, is_at_once=True))


def hears(recheck: Callable[[str], None]) -> dict[type[Fact], Hear]:
    """Fact → what this process does with its readers when somebody's rights change."""

    def look_again(told: Envelope[Any]) -> None:
        recheck(told.key)

    return dict.fromkeys((AccessRevoked, GrantsChanged), look_again)
