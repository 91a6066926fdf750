"""What situation does when others tell facts: each becomes a numbered change of the picture."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import AccessRevoked, GrantsChanged
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import Reaction
from beaconfire_situation.application.apply_fact import apply_fact
from beaconfire_situation.application.ports import Records
from beaconfire_situation.domain.fold import FOLDED

SOURCES: Final = frozenset({"agency", "dispatch", "geo", "incident"})


def reactions(
    records: Callable[[Tx], Records], recheck: Callable[[str], None], now: Callable[[], datetime]
) -> dict[type[Fact], Reaction]:
    """Fact → effect; who may see is looked at anew when somebody's rights change."""

    async def fold(told: Envelope[Any], tx: Tx) -> None:
        await apply_fact(told, records=records(tx), now=now())

    async def look_again(told: Envelope[Any], _tx: Tx) -> None:
        recheck(told.key)

    return dict.fromkeys(FOLDED, Reaction(fold)) | {
        AccessRevoked: Reaction(look_again),
        GrantsChanged: Reaction(look_again),
    }
