"""The last fix of each unit: newest by observation wins, an old one never moves a marker back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from beaconfire_contracts.refusals import Invalid

FIXES_PER_BATCH_MAX: Final = 1_000
"""A unit that was out of reach for a quarter of an hour at 1 Hz sends this many at once."""
AHEAD_MAX: Final = timedelta(minutes=5)
"""A fix further ahead of both clocks than this is kept in history and never drawn."""


class TooManyFixes(Invalid):
    """A batch holds at most 1,000 fixes."""


class Observed(Protocol):
    """Anything seen of a unit at a moment."""

    @property
    def unit_id(self) -> str:
        """Whose position it is."""
        ...

    @property
    def observed_at(self) -> datetime:
        """When it was observed."""
        ...


F = TypeVar("F", bound=Observed)


@dataclass(slots=True)
class LastFixes(Generic[F]):
    """The newest fix of each unit, and which of them are not yet written."""

    held: dict[str, F] = field(default_factory=dict)
    unwritten: set[str] = field(default_factory=set)

    def take_in(self, fixes: Iterable[F], *, latest: datetime) -> list[F]:
        """Take in a batch; returns the fixes that moved their unit, newest of each unit last.

        `latest` is the later of business and wall time: what claims to be far ahead is not drawn.
        """
        moved: list[F] = []
        for fix in sorted(fixes, key=lambda one: one.observed_at):
            held = self.held.get(fix.unit_id)
            newer = held is None or held.observed_at < fix.observed_at
            if newer and fix.observed_at <= latest + AHEAD_MAX:
                self.held[fix.unit_id] = fix
                self.unwritten.add(fix.unit_id)
                moved.append(fix)
        return moved

    def drain(self) -> list[F]:
        """The fixes that must be written; they count as written from now on."""
        drained = [self.held[unit_id] for unit_id in sorted(self.unwritten)]
        self.unwritten.clear()
        return drained
