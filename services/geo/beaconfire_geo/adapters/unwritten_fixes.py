"""Fixes that the database does not have yet: bounded, oldest out first, fairly drained."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from beaconfire_platform.fix_batch import FixBatch

UNWRITTEN_FIXES_MAX: Final = 200_000
"""While the database is away history is kept for 20 s of 10,000 units, then the oldest goes."""
LATEST_PER_WRITE_MAX: Final = 2_000
"""Units whose latest position is written a second: of 10,000 each has its turn every 5 s. The row
is what a start begins with; the picture, dispatch and history have every fix at once."""

HISTORY_PER_WRITE_MAX: Final = 20_000
"""Of a history that gathered while the database was slow so much at once: all of it would take
longer than a statement may, and would be tried again, larger, until the oldest is lost."""


@dataclass(slots=True)
class UnwrittenFixes:
    """What gathers between two writes (待写定位)."""

    moved: dict[str, None] = field(default_factory=dict[str, None])
    """Whose latest position is not written, who waits longest first."""
    history: deque[FixBatch] = field(default_factory=deque[FixBatch])
    fixes: int = 0
    lost: int = 0
    """How many fixes of history had no room, ever."""

    def add(self, fixes: FixBatch, moved: FixBatch) -> None:
        """Keep a batch, and whose marker it moved."""
        self.moved.update(dict.fromkeys(moved.unit_ids))
        self.history.append(fixes)
        self.fixes += len(fixes)
        self._make_room()

    def drain(self) -> tuple[list[str], list[FixBatch]]:
        """Units whose turn it is, and the oldest of history; both count as written from now on."""
        turn = list(islice(self.moved, LATEST_PER_WRITE_MAX))
        for unit_id in turn:
            del self.moved[unit_id]
        history: list[FixBatch] = []
        taken = 0
        while self.history and taken < HISTORY_PER_WRITE_MAX:
            history.append(self.history.popleft())
            taken += len(history[-1])
        self.fixes -= taken
        return turn, history

    def put_back(self, moved: Sequence[str], history: Sequence[FixBatch]) -> None:
        """What could not be written waits again, before all that came meanwhile."""
        self.moved = dict.fromkeys(moved) | self.moved
        self.history.extendleft(reversed(history))
        self.fixes += sum(map(len, history))
        self._make_room()

    @property
    def is_behind(self) -> bool:
        """Whether more of history waits than is written at once."""
        return self.fixes > HISTORY_PER_WRITE_MAX

    @property
    def is_empty(self) -> bool:
        """Whether the database has everything."""
        return not self.moved and not self.history

    def _make_room(self) -> None:
        while self.fixes > UNWRITTEN_FIXES_MAX:
            gone = len(self.history.popleft())
            self.fixes -= gone
            self.lost += gone
