"""Looks for gaps and overlaps in a process of its own, which may be stopped at any moment.

Two valid shapes of 2,400 vertices can meet in hundreds of thousands of pieces: 20 s and 1.9 GB.
No limit can be set on that inside a process that others depend on (R65).
"""

import resource
import signal
import sys
from dataclasses import dataclass
from heapq import nlargest
from typing import Any, Final

import msgspec
import numpy as np
import shapely

from beaconfire_spatial.siblings import (
    Gap,
    Outside,
    Overlap,
    gaps,
    ill_fitting,
    outside,
    overlaps,
)

CPU_S_MAX: Final = 1.2
"""A whole call has two seconds (S5); a large city takes half of it, hostile shapes would take
minutes. It is the processor's time: on a busy machine a city is not left unknown for that.
Whoever has more time names it as the only argument."""
MEMORY_BYTES_MAX: Final = 1024 * 2**20
"""The libraries alone reserve some 400 MiB of addresses."""
FOUND_MAX: Final = 1_000
"""Of each sort, the largest first: nobody mends more at a time, and two maps laid over each other
could fill the memory with their pairs."""
BEGUN: Final = b"."
"""Written before anything is read: what starting cost is no fault of the shapes."""


@dataclass(frozen=True, slots=True)
class Family:
    """Who is to cover a parent's ground: places among the shapes, and the parent's own."""

    parent: int | None
    children: list[int]
    is_one_level: bool = True
    """Whether the children were all held against each other: they stand in one `beside`."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Shapes as WKB, and by their places what is looked for among them.

    `beside`: those that lie beside each other and may share no ground. `within`: a child and its
    parent. `families`: whose ground is to be covered by whom.
    """

    shapes: list[bytes]
    beside: list[list[int]]
    within: list[tuple[int, int]]
    families: list[Family]


@dataclass(frozen=True, slots=True)
class FamilyGap:
    """A gap, and which family leaves it."""

    family: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the largest of each sort, and how much of it there is in all."""

    overlaps: list[Overlap]
    gaps: list[FamilyGap]
    outside: list[Outside]
    counts: list[int]
    """Of overlaps, gaps, and what is outside."""


def seams(ground: Ground) -> Found:
    """All overlaps, gaps and parts outside."""
    shapes: Any = shapely.from_wkb(np.array(ground.shapes, dtype=object))
    unfit = np.zeros(len(shapes), dtype=bool)
    pairs = [pair for places in ground.beside for pair in _pairs(shapes, places, unfit)]
    told = [one for place in range(len(ground.families))
            for one in _gaps(shapes, ground.families[place], place, unfit)]  # fmt: skip
    within = np.array(ground.within, dtype=int).reshape(-1, 2)
    left = [
        Outside(ground.within[one.one][0], one.area_m2, one.share, one.lon, one.lat)
        for one in outside(shapes[within[:, 0]], shapes[within[:, 1]])
    ]
    return Found(
        nlargest(FOUND_MAX, pairs, key=lambda one: one.area_m2),
        nlargest(FOUND_MAX, told, key=lambda one: one.gap.area_m2),
        left[:FOUND_MAX],
        [len(pairs), len(told), len(left)],
    )


def _pairs(shapes: Any, places: list[int], unfit: np.ndarray) -> list[Overlap]:
    """Overlaps of some shapes; which do not fit is written down beside."""
    siblings = shapes[places]
    unfit[places] = ill_fitting(siblings)
    return [
        Overlap(places[one.one], places[one.other], one.area_m2, one.lon, one.lat)
        for one in overlaps(siblings, unfit[places])
    ]


def _gaps(shapes: Any, family: Family, number: int, unfit: np.ndarray) -> list[FamilyGap]:
    parent = None if family.parent is None else shapes[family.parent]
    fit = family.is_one_level and not unfit[family.children].any()
    return [FamilyGap(number, one) for one in gaps(shapes[family.children], parent, fit=fit)]


def main() -> None:
    """Shapes in on standard input, what was found out on standard output, within the limits."""
    sys.stdout.buffer.write(BEGUN)
    sys.stdout.buffer.flush()
    cpu_s = float(sys.argv[1]) if len(sys.argv) > 1 else CPU_S_MAX
    signal.setitimer(signal.ITIMER_PROF, cpu_s)  # its signal ends the process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    ground = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Ground)
    sys.stdout.buffer.write(msgspec.msgpack.encode(seams(ground)))


if __name__ == "__main__":
    main()
