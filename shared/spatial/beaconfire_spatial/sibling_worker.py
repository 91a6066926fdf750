"""Looks for gaps and overlaps in a process of its own, which may be stopped at any moment.

Two valid shapes of 2,400 vertices can meet in hundreds of thousands of pieces: 20 s and 1.9 GB.
No limit can be set on that inside a process that others depend on (R65).
"""

import resource
import signal
import sys
from dataclasses import dataclass
from typing import Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from beaconfire_spatial.siblings import Gap, Overlap, gaps, overlaps

CPU_S_MAX: Final = 1.2
"""A whole call has two seconds (S5); a large city takes half of it, hostile shapes would take
minutes. It is the processor's time: on a busy machine a city is not left unknown for that.
Whoever has more time names it as the only argument."""
MEMORY_BYTES_MAX: Final = 1024 * 2**20
"""The libraries alone reserve some 400 MiB of addresses."""


@dataclass(frozen=True, slots=True)
class Family:
    """Siblings as WKB, and their parent where it has a shape."""

    parent: bytes | None
    shapes: list[bytes]


@dataclass(frozen=True, slots=True)
class Seam:
    """What was found among one family."""

    overlaps: list[Overlap]
    gaps: list[Gap]


def seams(families: list[Family]) -> list[Seam]:
    """Overlaps and gaps of each family."""
    return [_seam(one) for one in families]


def _seam(family: Family) -> Seam:
    shapes = [_shape(one) for one in family.shapes]
    parent = None if family.parent is None else _shape(family.parent)
    return Seam(overlaps(shapes), gaps(shapes, parent))


def _shape(wkb: bytes) -> BaseGeometry:
    return shapely.from_wkb(wkb)


def main() -> None:
    """Families in on standard input, seams out on standard output, within the limits."""
    cpu_s = float(sys.argv[1]) if len(sys.argv) > 1 else CPU_S_MAX
    signal.setitimer(signal.ITIMER_PROF, cpu_s)  # its signal ends the process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    families = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[Family])
    sys.stdout.buffer.write(msgspec.msgpack.encode(seams(families)))


if __name__ == "__main__":
    main()
