"""What the fold needs: the records of a thing, and the journal of changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from beaconfire_contracts.envelope import Envelope
from beaconfire_situation.domain.fold import RecordKey
from beaconfire_situation.domain.sight import Data, Sight


@dataclass(frozen=True, slots=True)
class Kept:
    """One record as it is kept."""

    version: int
    data: Data


@dataclass(frozen=True, slots=True)
class Seen:
    """Who saw a thing and who sees it; since when it is over, and whether that is new."""

    before: Sight | None
    after: Sight
    over_at: datetime | None = None
    turned: bool = False


class Records(Protocol):
    """The picture's tables, within one transaction."""

    async def known(
        self, kind: str, thing_id: str, *, begins: bool = False
    ) -> tuple[Mapping[str, Kept], Sight | None]:
        """All records of one thing by source, and who may see it; None when nobody told of it.

        `begins`: what is told of it now is the first that its own stream tells.
        """
        ...

    async def keep(self, key: RecordKey, kept: Kept, *, seen: Seen, told: Envelope[Any]) -> None:
        """Keep a record, its thing's sight, and the change in the journal under the next number."""
        ...


class Files(Protocol):
    """The same tables, for what is over."""

    async def of(self, kind: str, thing_id: str) -> Mapping[str, Kept]:
        """All records of one thing, by source."""
        ...

    async def file(self, incident_ids: Sequence[str], now: datetime) -> None:
        """File incidents: each of their records leaves the picture by a numbered change."""
        ...
