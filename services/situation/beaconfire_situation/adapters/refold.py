"""The picture made anew from the log: the same fold, with everything of a batch written at once.

What a transaction has folded so far is kept for its facts that follow, and dropped with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_platform import codec
from beaconfire_platform.database import Tx
from beaconfire_situation.adapters.postgres import PgRecords
from beaconfire_situation.application.ports import Kept, Seen
from beaconfire_situation.domain.fold import RecordKey
from beaconfire_situation.domain.sight import Sight

Thing = tuple[str, str]
_WRITE: Final = """
    with kept as (
        insert into record (kind, id, source, version, data)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::json[])
        on conflict (kind, id, source) do update
            set version = excluded.version, data = excluded.data
    ), seen as (
        insert into sight as held (kind, id, sight, over_at, filed)
        select * from unnest($6::text[], $7::text[], $8::json[], $9::timestamptz[], $10::boolean[])
        on conflict (kind, id) do update set sight = excluded.sight, filed = excluded.filed,
            over_at = case when excluded.over_at is not null
                then coalesce(held.over_at, excluded.over_at) end
    ), numbered as (
        update head set pos = pos + cardinality($11::text[])
        returning pos - cardinality($11::text[]) as first
    )
    insert into journal (pos, kind, id, source, version, data, fact_id, fact_type, told_at,
        applied_at, actor, seat, sight_before, sight_after, filed)
    select first + nth, c.kind, c.id, c.source, c.version, c.data, c.fact_id, c.fact_type,
           c.told_at, c.told_at, c.actor, c.seat, c.sight_before, c.sight_after, c.filed
    from numbered, unnest($11::text[], $12::text[], $13::text[], $14::bigint[], $15::json[],
        $16::uuid[], $17::text[], $18::timestamptz[], $19::text[], $20::text[], $21::json[],
        $22::json[], $23::boolean[]) with ordinality
        as c (kind, id, source, version, data, fact_id, fact_type, told_at, actor, seat,
              sight_before, sight_after, filed, nth)
"""


@dataclass(slots=True)
class _Batch:
    """What one transaction has read and folded."""

    tx: Tx
    records: dict[Thing, dict[str, Kept]] = field(default_factory=dict)
    sights: dict[Thing, Sight | None] = field(default_factory=dict)
    over: dict[Thing, Any] = field(default_factory=dict)
    texts: dict[RecordKey, tuple[int, str]] = field(default_factory=dict)
    changes: list[tuple[Any, ...]] = field(default_factory=list)


class Refold:
    """The tables of the picture for one consumer that reads the whole log."""

    def __init__(self) -> None:
        """No transaction is open."""
        self._batch: _Batch | None = None

    def records(self, tx: Tx) -> "Refold":
        """The tables within a transaction; of another one nothing is kept."""
        if self._batch is None or self._batch.tx is not tx:
            self._batch = _Batch(tx)
        return self

    async def known(self, kind: str, thing_id: str) -> tuple[Mapping[str, Kept], Sight | None]:
        """As the transaction at hand has it: asked of the database once for each thing."""
        batch, thing = self._open, (kind, thing_id)
        if thing not in batch.records:
            found, sight = await PgRecords(batch.tx.connection).known(kind, thing_id)
            batch.records[thing], batch.sights[thing] = dict(found), sight
        return dict(batch.records[thing]), batch.sights[thing]

    async def keep(self, key: RecordKey, kept: Kept, *, seen: Seen, told: Envelope[Any]) -> None:
        """As the next change; written with the others."""
        batch, thing = self._open, (key.kind, key.id)
        text = codec.encode(kept.data)
        batch.records[thing][key.source] = kept
        batch.sights[thing] = seen.after
        batch.texts[key] = (kept.version, text)
        over_at = None if seen.over_at is None else batch.over.get(thing) or seen.over_at
        batch.over[thing] = over_at
        before = None if seen.before is None else codec.encode(seen.before)
        batch.changes.append(
            (key.kind, key.id, key.source, kept.version, text, told.id, told.type, told.time,
             told.cause.actor, told.cause.seat, before, codec.encode(seen.after), seen.after.filed)
        )  # fmt: skip

    async def write(self, tx: Tx) -> None:
        """Everything that was folded in this transaction, in one statement."""
        batch, self._batch = self._batch, None
        if batch is None or batch.tx is not tx or not batch.changes:
            return
        records = [
            (key.kind, key.id, key.source, version, text)
            for key, (version, text) in batch.texts.items()
        ]
        sights = [
            (*thing, codec.encode(sight), batch.over[thing], sight.filed)
            for thing, sight in batch.sights.items()
            if sight is not None and thing in batch.over
        ]
        await tx.connection.execute(
            _WRITE, *_columns(records), *_columns(sights), *_columns(batch.changes)
        )

    @property
    def _open(self) -> _Batch:
        if self._batch is None:
            raise RuntimeError("records() comes first")
        return self._batch


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
