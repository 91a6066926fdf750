"""What took effect, held against what was told: the log checker of a run, and nothing else.

Each fact of a stream once, in order, none left out (lost, repeated, reordered); none that no
database has (phantom); none whose transaction did not commit as it was read (aborted); and one
value for all who look (disagreeing).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Stream = tuple[str, str]
Place = tuple[str, str, int]
"""The source, the key and the version of a fact: where it stands among all."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as its owner's database has it: committed, so it can be read from then on."""

    id: str
    type: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What took effect at a consumer; `at` where its books say when, by the database's clock."""

    place: Place
    fact_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """How what took effect differs from what was told."""

    deliveries: int
    lost: int
    repeated: int
    reordered: int
    phantom: int = 0
    aborted: int = 0

    @property
    def wrong(self) -> int:
        """All of it."""
        return self.lost + self.repeated + self.reordered + self.phantom + self.aborted

    def words(self) -> str:
        """For a line."""
        return (
            f"{self.repeated} dup {self.lost} gap {self.reordered} reorder "
            f"{self.phantom} phantom {self.aborted} aborted"
        )


def trace_of(
    deliveries: Sequence[Delivery],
    facts: Mapping[Place, Fact],
    wanted: Collection[Place] | None = None,
) -> Trace:
    """Compare deliveries, in the order of their effects, with all facts of all databases.

    `wanted` are those that should have had an effect: all, unless it is said.
    """
    streams: dict[Stream, list[int]] = defaultdict(list)
    for one in deliveries:
        streams[one.place[:2]].append(one.place[2])
    counted = Counter(one.place for one in deliveries)
    return Trace(
        len(deliveries),
        lost=sum(place not in counted for place in (facts if wanted is None else wanted)),
        repeated=len(deliveries) - len(counted),
        reordered=sum(versions != sorted(versions) for versions in streams.values()),
        phantom=sum(one.place not in facts for one in deliveries),
        aborted=sum(_was_not_committed(one, facts.get(one.place)) for one in deliveries),
    )


def _was_not_committed(one: Delivery, fact: Fact | None) -> bool:
    """Another fact has its place, so that its writer gave up; or it was read before it was told."""
    if fact is None:
        return False
    return fact.id != one.fact_id or (one.at is not None and one.at < fact.time)


def trace_of_keys(wanted: Collection[str], found: Iterable[str]) -> Trace:
    """The same where all that is known is which things had an effect: each should have one."""
    counted = Counter(found)
    return Trace(
        counted.total(),
        lost=sum(key not in counted for key in wanted),
        repeated=counted.total() - len(counted),
        reordered=0,
        phantom=len(counted.keys() - set(wanted)),
    )


def disagreeing(one: Sequence[Delivery], other: Sequence[Delivery]) -> int:
    """Of how many streams two observers did not see the very same facts in the same order."""
    seen, seen_too = _by_stream(one), _by_stream(other)
    return sum(seen.get(key) != seen_too.get(key) for key in seen.keys() | seen_too.keys())


def _by_stream(deliveries: Sequence[Delivery]) -> dict[Stream, list[str]]:
    found: dict[Stream, list[str]] = defaultdict(list)
    for one in deliveries:
        found[one.place[:2]].append(one.fact_id)
    return dict(found)
