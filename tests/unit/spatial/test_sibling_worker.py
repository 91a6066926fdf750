"""The process that looks for seams answers what a call would, and cannot cost more than it may."""

import math
import resource
import signal
import subprocess
import sys

import msgspec
import shapely
from shapely.geometry import Polygon

from beaconfire_spatial.sibling_worker import CPU_S_MAX, Family, Seam, seams

WEST, OVER = shapely.box(0, 0, 0.01, 0.01), shapely.box(0.005, 0, 0.02, 0.01)


def ask(families: list[Family]) -> subprocess.CompletedProcess[bytes]:
    """The worker as geo starts it."""
    return subprocess.run(
        [sys.executable, "-m", "beaconfire_spatial.sibling_worker"],
        input=msgspec.msgpack.encode(families),
        capture_output=True,
        check=False,
    )


def comb(teeth: int, *, turned: bool) -> bytes:
    """A valid comb; two of them across each other meet in teeth x teeth pieces."""
    points = [(0.0, 0.0)]
    for tooth in range(teeth):
        left = tooth / teeth
        points += [(left, 1.0), (left + 0.4 / teeth, 1.0), (left + 0.4 / teeth, 0.01)]
        points += [(left + 1 / teeth, 0.01)]
    points += [(1.0, 0.0)]
    shape = Polygon([(y, x) if turned else (x, y) for x, y in points])
    assert shape.is_valid
    return shapely.to_wkb(shape)


def test_the_process_finds_what_a_call_finds() -> None:
    families = [Family(None, [shapely.to_wkb(WEST), shapely.to_wkb(OVER)])]

    said = msgspec.msgpack.decode(ask(families).stdout, type=list[Seam])

    assert said == seams(families)
    assert math.isclose(said[0].overlaps[0].area_m2, 618_000, rel_tol=0.01)


def test_hostile_combs_end_the_process_and_nothing_else() -> None:
    hostile = [Family(None, [comb(1_200, turned=one) for one in (False, True)])]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    ended = ask(hostile)

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert ended.returncode == -signal.SIGPROF
    assert spent_s < CPU_S_MAX + 0.8
