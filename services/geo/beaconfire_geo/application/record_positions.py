"""Record positions: a batch moves markers at once and reaches the database once a second."""

from collections.abc import Sized
from typing import Protocol, TypeVar

from beaconfire_geo.domain.fixes import FIXES_PER_BATCH_MAX, TooManyFixes

B = TypeVar("B", bound=Sized)
B_contra = TypeVar("B_contra", bound=Sized, contravariant=True)


class Newest(Protocol[B]):
    """The newest fix of each unit."""

    def take_in(self, batch: B) -> B:
        """Take a batch in; returns the fixes that moved their unit, one of each unit."""
        ...


class Gathers(Protocol[B_contra]):
    """What is to be written: every fix to history, and whose marker moved."""

    def add(self, fixes: B_contra, moved: B_contra) -> None:
        """Keep them until they are written."""
        ...


class Publishes(Protocol[B_contra]):
    """The stream to whoever draws positions."""

    def publish(self, fixes: B_contra) -> None:
        """Offer fixes; never waits."""
        ...


def record_positions(
    fixes: B, *, newest: Newest[B], unwritten: Gathers[B], stream: Publishes[B]
) -> int:
    """Take in a batch of at most 1,000 fixes; how many markers it moved.

    Every fix goes to history; only what is newer than the marker moves it.
    """
    if len(fixes) > FIXES_PER_BATCH_MAX:
        raise TooManyFixes(f"{len(fixes)} fixes, {FIXES_PER_BATCH_MAX} at most", pointer="/fixes")
    moved = newest.take_in(fixes)
    unwritten.add(fixes, moved)
    stream.publish(moved)
    return len(moved)
