"""The picture's tables for whoever folds: what one transaction folds is written all at once.

Whoever watches waits for each trip to the database. What was folded is kept for the facts that
follow, as long as its transaction stands and nobody else may have written it: whoever folds proves
at the end of each that it still does so alone, and only what is over is filed by others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from beaconfire_contracts.envelope import Envelope
from beaconfire_platform import codec
from beaconfire_platform.clauses import Clause
from beaconfire_platform.database import Tx
from beaconfire_situation.adapters.postgres import PgRecords, change_of
from beaconfire_situation.application.ports import Kept, Seen
from beaconfire_situation.domain.fold import RecordKey
from beaconfire_situation.domain.picture import Change
from beaconfire_situation.domain.sight import Sight

THINGS_HELD_MAX: Final = 20_000
"""Things whose records are held while all is read again: some tens of megabytes."""
THINGS_AT_HAND_MAX: Final = 4_000
"""The same in every other process, for good: a city's open incidents and units, some megabytes."""
CHANGE_COLUMNS: Final = (
    "pos", "kind", "id", "source", "version", "data", "fact_id", "fact_type", "told_at", "actor",
    "seat", "sight_before", "sight_after", "filed",
)  # fmt: skip
Thing = tuple[str, str]
_RECORDS: Final = """
    insert into record (kind, id, source, version, data)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::json[])
    on conflict (kind, id, source) do update
        set version = excluded.version, data = excluded.data
        where record.version < excluded.version
"""
# A sight that stays what it was is not written again.
_SIGHTS: Final = """
    insert into sight as held (kind, id, sight, over_at, filed)
    select kind, id, sight, over_at, filed
    from unnest($6::text[], $7::text[], $8::json[], $9::timestamptz[], $10::boolean[],
                $11::boolean[]) as s (kind, id, sight, over_at, filed, is_born)
    where not is_born
    on conflict (kind, id) do update set sight = excluded.sight, filed = excluded.filed,
        over_at = case when excluded.over_at is not null
            then coalesce(held.over_at, excluded.over_at) end
"""
# What nobody asked for is not there, or the statement does not stand.
_BORN: Final = """
    insert into sight (kind, id, sight, over_at, filed)
    select kind, id, sight, over_at, filed
    from unnest($6::text[], $7::text[], $8::json[], $9::timestamptz[], $10::boolean[],
                $11::boolean[]) as s (kind, id, sight, over_at, filed, is_born)
    where is_born
"""
# Asked for by its key the planner knows that it is one row, on a new table too, and keeps its plan.
_NUMBERED: Final = """
    update head set pos = pos + cardinality($12::text[]) where one = any (array[true])
    returning pos - cardinality($12::text[]) as first
"""
_JOURNALLED: Final = """
    insert into journal (pos, kind, id, source, version, data, fact_id, fact_type, told_at,
        applied_at, actor, seat, sight_before, sight_after, filed)
    select first + nth, c.kind, c.id, c.source, c.version, c.data, c.fact_id, c.fact_type,
           c.told_at,
           case when $25 then c.told_at else clock_timestamp() end,
           c.actor, c.seat, c.sight_before, c.sight_after, c.filed
    from fold_numbered, unnest($12::text[], $13::text[], $14::text[], $15::bigint[], $16::json[],
        $17::uuid[], $18::text[], $19::timestamptz[], $20::text[], $21::text[], $22::json[],
        $23::json[], $24::boolean[]) with ordinality
        as c (kind, id, source, version, data, fact_id, fact_type, told_at, actor, seat,
              sight_before, sight_after, filed, nth)
"""
_WRITE: Final = Clause(
    (
        ("fold_records", _RECORDS),
        ("fold_sights", _SIGHTS),
        ("fold_born", _BORN),
        ("fold_numbered", _NUMBERED),
        ("fold_journalled", _JOURNALLED),
    ),
    "(select first from fold_numbered)",
)


@dataclass(slots=True)
class _Batch:
    """What one transaction has read and folded."""

    tx: Tx
    records: dict[Thing, dict[str, Kept]]
    sights: dict[Thing, Sight | None]
    over: dict[Thing, Any] = field(default_factory=dict)
    born: set[Thing] = field(default_factory=set)
    """Things that nobody asked for, since their first fact is here."""
    texts: dict[RecordKey, tuple[int, str]] = field(default_factory=dict)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    ended: set[Thing] = field(default_factory=set)
    """Things that are over now: from here on others may write them."""
    is_written: bool = False
    pos: int = 0
    """That of the change before the first of these."""

    @property
    def stands(self) -> bool:
        """Whether it is committed."""
        return self.is_written and self.tx.is_committed


class BatchRecords:
    """The tables of the picture for the one consumer that folds."""

    def __init__(self, *, again: bool = False) -> None:
        """`again`: the whole log is read again, from empty tables.

        Each change counts as applied when it was told; what was not met before is not asked for.
        """
        self._batch: _Batch | None = None
        self._again = again
        self._records: dict[Thing, dict[str, Kept]] = {}
        self._sights: dict[Thing, Sight | None] = {}
        self._met: set[Thing] = set()

    def records(self, tx: Tx) -> "BatchRecords":
        """The tables within a transaction; of one that is not known to stand nothing is kept."""
        batch = self._batch
        if batch is not None and batch.tx is tx:
            return self
        held_max = THINGS_HELD_MAX if self._again else THINGS_AT_HAND_MAX
        if (batch is not None and not batch.stands) or len(self._records) > held_max:
            self.forget()
        elif batch is not None:
            self._let_go(batch)
        self._batch = _Batch(tx, self._records, self._sights)
        if not self._again and len(self._met) > THINGS_HELD_MAX:
            self._met.clear()
        return self

    def forget(self) -> None:
        """Somebody else may have written: believe nothing that was read or folded so far."""
        self._records, self._sights = {}, {}

    def _let_go(self, batch: _Batch) -> None:
        """It stands, and is done with; what others may write now is not believed any longer."""
        self._batch = None
        if not self._again:
            for thing in batch.ended:
                batch.records.pop(thing, None)
                batch.sights.pop(thing, None)

    async def known(
        self, kind: str, thing_id: str, *, begins: bool = False
    ) -> tuple[Mapping[str, Kept], Sight | None]:
        """As the transaction at hand has it: asked of the database once for each thing.

        Of what `begins` and was not met here nothing is asked where the statement finds out by
        itself: see `Database.at_once`.
        """
        batch, thing = self._open, (kind, thing_id)
        if thing not in batch.records:
            found, sight = await self._found(batch, thing, begins=begins)
            batch.records[thing], batch.sights[thing] = dict(found), sight
        return dict(batch.records[thing]), batch.sights[thing]

    async def _found(
        self, batch: _Batch, thing: Thing, *, begins: bool
    ) -> tuple[Mapping[str, Kept], Sight | None]:
        is_met = thing in self._met
        self._met.add(thing)
        if self._again and not is_met:
            return {}, None
        if batch.tx.is_at_once and begins and not is_met:
            batch.born.add(thing)
            return {}, None
        return await PgRecords(batch.tx.connection).known(*thing)

    async def keep(self, key: RecordKey, kept: Kept, *, seen: Seen, told: Envelope[Any]) -> None:
        """As the next change; written with the others."""
        batch, thing = self._open, (key.kind, key.id)
        if (seen.over_at is not None) != seen.turned:
            batch.tx.needs_more()  # it was over: whoever files such may be at it
        if seen.over_at is None:
            batch.ended.discard(thing)
        else:
            batch.ended.add(thing)
        text = codec.encode(kept.data)
        batch.records[thing][key.source] = kept
        batch.sights[thing] = seen.after
        batch.texts[key] = (kept.version, text)
        if seen.turned or seen.before != seen.after:
            over_at = None if seen.over_at is None else batch.over.get(thing) or seen.over_at
            batch.over[thing] = over_at
        before = None if seen.before is None else codec.encode(seen.before.data)
        batch.changes.append(
            (key.kind, key.id, key.source, kept.version, text, told.id, told.type, told.time,
             told.cause.actor, told.cause.seat, before, codec.encode(seen.after.data),
             seen.after.filed)
        )  # fmt: skip

    async def write(self, tx: Tx) -> None:
        """Everything that was folded in this transaction, in its last statement."""
        batch = self._batch
        if batch is not None and batch.tx is tx:
            if batch.changes:
                self._write(batch)
            batch.is_written = True

    def told(self) -> list[Change]:
        """The changes of the last transaction, as the journal has them; none unless it stands."""
        batch = self._batch
        if batch is None or not batch.stands:
            return []
        self._let_go(batch)
        return [
            change_of(dict(zip(CHANGE_COLUMNS, (pos, *row), strict=True)))
            for pos, row in enumerate(batch.changes, start=batch.pos + 1)
        ]

    def committed(self) -> None:
        """What was written stands, if it does: it may be believed in the next transaction."""
        batch = self._batch
        if batch is not None and batch.stands:
            self._let_go(batch)

    def _write(self, batch: _Batch) -> None:
        records = [
            (key.kind, key.id, key.source, version, text)
            for key, (version, text) in batch.texts.items()
        ]
        sights = [
            (*thing, codec.encode(sight.data), over_at, sight.filed, thing in batch.born)
            for thing, over_at in batch.over.items()
            if (sight := batch.sights[thing]) is not None
        ]

        def numbered(pos: int) -> None:
            batch.pos = pos

        batch.tx.at_last(
            _WRITE,
            *_columns(records, 5),
            *_columns(sights, 6),
            *_columns(batch.changes, 13),
            self._again,
            then=numbered,
        )

    @property
    def _open(self) -> _Batch:
        if self._batch is None:
            raise RuntimeError("records() comes first")
        return self._batch


def _columns(rows: Sequence[tuple[Any, ...]], number: int) -> list[list[Any]]:
    return [[row[one] for row in rows] for one in range(number)]
