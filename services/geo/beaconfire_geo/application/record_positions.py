"""Record positions: a batch moves markers at once and reaches the database once a second."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from beaconfire_geo.domain.fixes import FIXES_PER_BATCH_MAX, LastFixes, Observed, TooManyFixes

F = TypeVar("F", bound=Observed)
F_contra = TypeVar("F_contra", contravariant=True)


class Publishes(Protocol[F_contra]):
    """The stream to whoever draws positions."""

    def publish(self, fixes: Sequence[F_contra]) -> None:
        """Offer fixes; never waits."""
        ...


def record_positions(
    fixes: Sequence[F],
    *,
    last: LastFixes[F],
    history: list[F],
    stream: Publishes[F],
    latest: datetime,
) -> int:
    """Take in a batch of at most 1,000 fixes; how many of them moved their unit.

    Every fix goes to history; only what is newer than the marker moves it.
    """
    if len(fixes) > FIXES_PER_BATCH_MAX:
        raise TooManyFixes(f"{len(fixes)} fixes, {FIXES_PER_BATCH_MAX} at most", pointer="/fixes")
    moved = last.take_in(fixes, latest=latest)
    history.extend(fixes)
    stream.publish(moved)
    return len(moved)
