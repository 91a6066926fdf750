"""What is drawn is held against what was sent: late, never drawn, gone back."""

import numpy as np
import pytest

from beaconfire.bench.drawn import ENTRY, Drawn, Sent, WentBack
from beaconfire.bench.fleet import Fleet


def entries(fleet: Fleet, seconds: dict[int, int]) -> bytes:
    """A frame of units (handles are their numbers and one) in those seconds."""
    rows = np.zeros(len(seconds), dtype=ENTRY)
    for row, (unit, second) in enumerate(seconds.items()):
        lon, lat = fleet.place(unit, second)
        rows[row] = (unit + 1, round(lon * 1e7), round(lat * 1e7), 0)
    return rows.tobytes()


@pytest.fixture
def drawn() -> Drawn:
    fleet = Fleet.of(3)
    sent = Sent.of(fleet, 5)
    for second in range(5):
        sent.note(second, [0, 1, 2] if second != 1 else [0, 2], float(second))
    made = Drawn(fleet, sent)
    made.know({one: number + 1 for number, one in enumerate(fleet.unit_ids)} | {"stranger": 9})
    return made


def test_how_late_each_was_drawn_is_told_by_the_one_that_waited_longest(drawn: Drawn) -> None:
    drawn.draw(entries(drawn.fleet, {0: 0, 1: 0}), 0.25)
    drawn.draw(entries(drawn.fleet, {0: 2, 1: 2}), 2.5)

    assert sorted(drawn.late_ms) == [250.0, 250.0, 500.0, 1_500.0]


def test_what_was_sent_and_not_drawn_is_counted_until_it_is(drawn: Drawn) -> None:
    drawn.draw(entries(drawn.fleet, {0: 4, 1: 4}), 4.1)
    before = drawn.undrawn
    drawn.draw(entries(drawn.fleet, {2: 4}), 4.2)

    assert (before, drawn.undrawn) == (1, 0)


def test_a_marker_that_goes_back_is_found(drawn: Drawn) -> None:
    drawn.draw(entries(drawn.fleet, {0: 3}), 3.1)
    drawn.draw(entries(drawn.fleet, {0: 3}), 3.3)

    with pytest.raises(WentBack):
        drawn.draw(entries(drawn.fleet, {0: 2}), 3.5)


def test_strangers_are_not_looked_at(drawn: Drawn) -> None:
    drawn.draw(np.array([(77, 0, 0, 0)], dtype=ENTRY).tobytes(), 1.0)

    assert drawn.late_ms == []
