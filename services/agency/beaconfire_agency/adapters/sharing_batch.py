"""What is shared, for the consumer that decides it: what a transaction learns is written at once.

Facts of one thing come together, and mostly nobody subscribes: a trip to the database for each
question of each fact was a tenth of what a report cost.
"""

from collections.abc import Sequence
from typing import Final

from beaconfire_agency.adapters.sharing_rows import PgSharing
from beaconfire_agency.domain.known_incident import Answer, File, Spot
from beaconfire_agency.domain.known_unit import KnownUnit, Roster
from beaconfire_agency.domain.sharing import Known, kind_of
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_platform import codec
from beaconfire_platform.database import Tx

_KEEP: Final = """
    insert into known (kind, id, source, data)
    select * from unnest($1::text[], $2::uuid[], $3::text[], $4::json[])
    on conflict (id, source) do update set data = excluded.data
"""
_ANYBODY: Final = "select exists (select from subscription where begun and ended_at is null)"
Part = tuple[str, str]
"""A thing and the service that tells this part of it."""


class BatchSharing(PgSharing):
    """The tables within one transaction: each thing is read once, and written at the end."""

    def __init__(self, tx: Tx) -> None:
        """Nothing was read yet."""
        super().__init__(tx.connection)
        self.tx = tx
        self._read: dict[str, dict[str, str]] = {}
        self._unwritten: dict[Part, tuple[str, str]] = {}
        self._is_anybody: bool | None = None

    async def keep(self, known: Known, source: str) -> None:
        """Keep the part of it that a service tells; written with the others."""
        part = _part_of(known, source)
        if part is not None:
            text = codec.encode(part)
            self._unwritten[known.id, source] = (kind_of(known), text)
            (await self._parts(known.id))[source] = text

    async def begin(self, subscription_id: SubscriptionId) -> Subscription | None:
        """Tell this subscriber from now on; None when that has ended meanwhile."""
        self._is_anybody = None
        return await super().begin(subscription_id)

    async def subscribers(self, key: str) -> Sequence[tuple[Subscription, bool]]:
        """Who is told now, and whether each was shown the thing with this key."""
        if self._is_anybody is None:
            self._is_anybody = bool(await self._connection.fetchval(_ANYBODY))
        return await super().subscribers(key) if self._is_anybody else ()

    async def write(self) -> None:
        """Everything that was kept, in one statement."""
        unwritten, self._unwritten = self._unwritten, {}
        if unwritten:
            await self._connection.execute(
                _KEEP,
                [kind for kind, _ in unwritten.values()],
                [thing for thing, _ in unwritten],
                [source for _, source in unwritten],
                [text for _, text in unwritten.values()],
            )

    async def _parts(self, thing: str) -> dict[str, str]:
        if thing not in self._read:
            self._read[thing] = await super()._parts(thing)
        return self._read[thing]


class SharingAtHand:
    """What is shared within the transaction at hand, whichever that is."""

    def __init__(self) -> None:
        """Before the first transaction."""
        self._batch: BatchSharing | None = None

    def tables(self, tx: Tx) -> BatchSharing:
        """The tables within a transaction; nothing of an earlier one is believed."""
        if self._batch is None or self._batch.tx is not tx:
            self._batch = BatchSharing(tx)
        return self._batch

    async def write(self, tx: Tx) -> None:
        """All effects of a transaction are done."""
        if self._batch is not None and self._batch.tx is tx:
            await self._batch.write()


def _part_of(known: Known, source: str) -> File | Spot | Answer | Roster | None:
    """What a service tells of a thing."""
    if isinstance(known, KnownUnit):
        return known.roster
    return {"incident": known.file, "geo": known.spot, "dispatch": known.answer}[source]
