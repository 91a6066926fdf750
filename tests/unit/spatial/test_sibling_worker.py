"""The process that looks for seams answers what a call would, and cannot cost more than it may."""

import math
import resource
import signal
import subprocess
import sys

import msgspec
import shapely
from shapely.geometry import Polygon

from beaconfire_spatial.sibling_worker import (
    BEGUN,
    CPU_S_MAX,
    FOUND_MAX,
    Family,
    Found,
    Ground,
    seams,
)

WEST, OVER = shapely.box(0, 0, 0.01, 0.01), shapely.box(0.005, 0, 0.02, 0.01)


def ask(ground: Ground) -> subprocess.CompletedProcess[bytes]:
    """The worker as geo starts it."""
    return subprocess.run(
        [sys.executable, "-m", "beaconfire_spatial.sibling_worker"],
        input=msgspec.msgpack.encode(ground),
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
    shapes = [shapely.to_wkb(one) for one in (WEST, OVER, shapely.box(0, 0, 0.03, 0.01))]
    ground = Ground(shapes, [[0, 1], [2]], [(0, 2), (1, 2)], [Family(2, [0, 1])])

    said = ask(ground).stdout

    assert said.startswith(BEGUN)
    found = msgspec.msgpack.decode(said[len(BEGUN) :], type=Found)
    assert found == seams(ground)
    assert math.isclose(found.overlaps[0].area_m2, 618_000, rel_tol=0.01)
    assert (found.gaps[0].family, found.outside, found.counts) == (0, [], [1, 1, 0])


def test_however_much_is_found_so_much_is_told_and_all_of_it_counted() -> None:
    shapes = [shapely.to_wkb(shapely.box(0, 0, 0.01 + n / 1e5, 0.01)) for n in range(60)]

    found = seams(Ground(shapes, [list(range(60))], [], []))

    assert (len(found.overlaps), found.counts) == (FOUND_MAX, [60 * 59 // 2, 0, 0])
    assert (found.overlaps[0].one, found.overlaps[0].other) == (58, 59)


def test_hostile_combs_end_the_process_and_nothing_else() -> None:
    combs = [comb(1_200, turned=one) for one in (False, True)]
    hostile = Ground(combs, [[0, 1]], [], [])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    ended = ask(hostile)

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert ended.returncode == -signal.SIGPROF
    assert spent_s < CPU_S_MAX + 0.8
