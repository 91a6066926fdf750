"""What gathers between two writes: bounded, the oldest out first, each unit in its turn."""

from beaconfire_geo.adapters.unwritten_fixes import (
    HISTORY_PER_WRITE_MAX,
    LATEST_PER_WRITE_MAX,
    UNWRITTEN_FIXES_MAX,
    UnwrittenFixes,
)
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_testkit.builders import NOON

MANY = FixBatch.of([Fix(f"u{number}", 174.7, -36.9, NOON) for number in range(5_000)])


def test_each_unit_has_its_turn_and_history_goes_whole() -> None:
    unwritten = UnwrittenFixes()
    unwritten.add(MANY, MANY)

    turns = [unwritten.drain() for _ in range(3)]

    assert [name for moved, _ in turns for name in moved] == MANY.unit_ids
    assert [len(moved) for moved, _ in turns] == [LATEST_PER_WRITE_MAX, LATEST_PER_WRITE_MAX, 1_000]
    assert [history for _, history in turns] == [[MANY], [], []]
    assert unwritten.is_empty


def test_what_waits_is_bounded_and_the_oldest_goes() -> None:
    unwritten = UnwrittenFixes()
    for _ in range(UNWRITTEN_FIXES_MAX // len(MANY) + 3):
        unwritten.add(MANY, MANY)

    assert (unwritten.fixes, unwritten.lost) == (UNWRITTEN_FIXES_MAX, 3 * len(MANY))


def test_what_could_not_be_written_comes_before_what_came_meanwhile() -> None:
    unwritten = UnwrittenFixes()
    unwritten.add(MANY[:2], MANY[:2])
    moved, history = unwritten.drain()
    unwritten.add(MANY[2:4], MANY[2:4])

    unwritten.put_back(moved, history)

    assert list(unwritten.moved) == MANY.unit_ids[:4]
    assert FixBatch.joined(list(unwritten.history)).unit_ids == MANY.unit_ids[:4]


def test_what_gathered_for_long_is_written_in_parts_the_oldest_first() -> None:
    unwritten = UnwrittenFixes()
    for _ in range(10):
        unwritten.add(MANY, MANY[:1])

    parts, behind = [], []
    while not unwritten.is_empty:
        parts.append(sum(map(len, unwritten.drain()[1])))
        behind.append(unwritten.is_behind)

    assert parts == [HISTORY_PER_WRITE_MAX, HISTORY_PER_WRITE_MAX, 10_000]
    assert behind == [True, False, False]
