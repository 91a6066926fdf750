"""When a demo city began to live, kept in a file: where its calls are, and what it lived before.

A city lives some hours before anybody is let in, so that no screen is empty. What a stop broke off
is lived to its end at the next start; what was lived is lived once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

HISTORY: Final = timedelta(hours=3)
"""Long enough that the first files are closed and the units are spread over the whole city."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Business time of the first call, and until when the first hours go; None once lived."""

    begun_at: datetime
    lives_until: datetime | None = None

    @classmethod
    def at(cls, now: datetime) -> "Begun":
        """A city that begins now, with its first hours before it."""
        return cls(now, now + HISTORY)

    @classmethod
    def load(cls, path: Path) -> "Begun | None":
        """As it was kept; None for a city that has not begun."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            return None

    def save(self, path: Path) -> None:
        """Keep it, whole or not at all."""
        draft = path.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(self))
        draft.replace(path)

    def resumed(self, now: datetime) -> "Begun":
        """The same at a later start: first hours that the wall overtook are lived anew from now."""
        if self.lives_until is None or now < self.lives_until:
            return self
        return replace(self, lives_until=now + HISTORY)

    def lived(self) -> "Begun":
        """The same with its first hours behind it."""
        return replace(self, lives_until=None)

    def hour_at(self, now: datetime) -> int:
        """Which of the first hours it is, from 1; the last one's number when all are over."""
        if self.lives_until is None:
            return HOURS
        left = -((now - self.lives_until) // timedelta(hours=1))  # hours begun, rounded up
        return min(HOURS, HOURS + 1 - left)

    def round_at(self, now: datetime, replay: timedelta) -> int:
        """How many times the calls began by now, each round of a replay's length."""
        return 1 + max(timedelta(0), now - self.begun_at) // replay


HOURS: Final = HISTORY // timedelta(hours=1)
