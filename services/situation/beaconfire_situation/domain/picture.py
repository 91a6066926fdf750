"""The picture in memory: all records by key, who may see each thing, and hashes over both."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from beaconfire_contracts.feed import Record
from beaconfire_situation.domain.fold import RecordKey
from beaconfire_situation.domain.sight import Data, Sight

Thing = tuple[str, str]
"""Kind and id: what all records of one incident, unit or seat have in common."""
NOBODY: Final = Sight()


@dataclass(frozen=True, slots=True)
class FactTold:
    """Which fact made a change: enough for a line of a timeline (事实摘要)."""

    id: str
    type: str
    time: str
    actor: str
    seat: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One numbered change: a record as it is now, who saw its thing before, who sees it (变化)."""

    pos: int
    record: Record
    before: Sight | None
    after: Sight
    fact: FactTold | None
    """None where no fact made it: a thing was filed."""

    @property
    def thing(self) -> Thing:
        """What changed."""
        return self.record.kind, self.record.id


class Picture:
    """What is known now; changed by one change at a time, in their order (态势图)."""

    def __init__(self, records: Iterable[Record], sights: dict[Thing, Sight], pos: int) -> None:
        """As it stands at `pos`."""
        self.pos = pos
        self._records: dict[Thing, dict[str, Record]] = {}
        self._lines: dict[Sight, dict[RecordKey, str]] = {}
        """What a hash is made of, of each record, by who may see it: many things are seen alike."""
        self._sights = sights
        for record in records:
            self._put(record)

    def apply(self, change: Change) -> None:
        """Take one change in; an older version changes nothing, what is filed goes."""
        self.pos = max(self.pos, change.pos)
        if change.after.filed:
            self._drop(change.thing, change.record.source)
            return
        held = self._records.get(change.thing, {}).get(change.record.source)
        if held is None or held.version < change.record.version:
            self._put(change.record)
        self._see(change.thing, change.after)

    def of(self, thing: Thing) -> list[Record]:
        """All records of one thing."""
        return list(self._records.get(thing, {}).values())

    def sight(self, thing: Thing) -> Sight:
        """Who may see a thing."""
        return self._sights.get(thing, NOBODY)

    def things(self, kind: str) -> list[str]:
        """The ids of all things of a kind."""
        return [name for one, name in self._records if one == kind]

    def visible(self, sees: Callable[[Sight], bool]) -> Iterator[Record]:
        """All records of the things that somebody sees."""
        for thing, records in self._records.items():
            if sees(self.sight(thing)):
                yield from records.values()

    def version_hash(self, sees: Callable[[Sight], bool]) -> str:
        """The hash of all that somebody sees, without a look at each record."""
        lines: list[str] = []
        for sight, of_sight in self._lines.items():
            if sees(sight):
                lines.extend(of_sight.values())
        return _hash_of(lines)

    def _see(self, thing: Thing, sight: Sight) -> None:
        """Another sight from now on, for all records of a thing."""
        before = self.sight(thing)
        self._sights[thing] = sight
        if sight != before:
            for record in self.of(thing):
                self._unsee(before, _key(record))
                self._lines.setdefault(sight, {})[_key(record)] = _line(record)

    def _unsee(self, sight: Sight, key: RecordKey) -> None:
        lines = self._lines.get(sight, {})
        lines.pop(key, None)
        if not lines:
            self._lines.pop(sight, None)

    def _drop(self, thing: Thing, source: str) -> None:
        records = self._records.get(thing, {})
        if (record := records.pop(source, None)) is not None:
            self._unsee(self.sight(thing), _key(record))
        if not records:
            self._records.pop(thing, None)
            self._sights.pop(thing, None)

    def _put(self, record: Record) -> None:
        thing = record.kind, record.id
        self._records.setdefault(thing, {})[record.source] = record
        self._lines.setdefault(self.sight(thing), {})[_key(record)] = _line(record)


def version_hash(records: Iterable[Record]) -> str:
    """SHA-256 over the sorted lines `kind:id:source:version`: what a client computes as well."""
    return _hash_of([_line(one) for one in records])


def _key(one: Record) -> RecordKey:
    return RecordKey(one.kind, one.id, one.source)


def _line(one: Record) -> str:
    return f"{one.kind}:{one.id}:{one.source}:{one.version}\n"


def _hash_of(lines: list[str]) -> str:
    lines.sort()
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def content_hash(records: Iterable[Record]) -> str:
    """SHA-256 over keys, versions and contents: what two folds of one log must have in common."""
    ordered = sorted(records, key=lambda one: (one.kind, one.id, one.source))
    body = [[one.kind, one.id, one.source, one.version, one.data] for one in ordered]
    told = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def record_from(key: RecordKey, version: int, data: Data) -> Record:
    """A record of the feed's contract."""
    return Record(key.kind, key.id, key.source, version, data)
