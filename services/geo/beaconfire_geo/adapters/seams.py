"""Gaps and overlaps between siblings of a layer, found by a process that is stopped in time."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import shapely

from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.seams import GapFound, OverlapFound, Seams
from beaconfire_spatial.sibling_worker import CPU_S_MAX, Family, Seam

WORKER_S_MAX: Final = 6.0
"""R25: a service answers within six seconds, also on a machine that is too busy; what it may cost
is limited by the worker itself."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How much of the processor's time the search may take, and how long it is waited for."""

    cpu_s: float
    wait_s: float


REQUEST: Final = Patience(CPU_S_MAX, WORKER_S_MAX)
IMPORT: Final = Patience(60.0, 300.0)
"""Nobody waits in a request for it: a large city of fine outlines takes some seconds."""
_WORKER: Final = (sys.executable, "-m", "beaconfire_spatial.sibling_worker")
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Each thread of a library reserves addresses, which are limited."""


async def seams_of(areas: Sequence[Area], patience: Patience = REQUEST) -> Seams:
    """Gaps and overlaps among areas of one level and parent; unknown when it takes too long."""
    families = _families(areas)
    if not families:
        return Seams(is_known=True)
    shapes = {one.code: one.geometry for one in areas}
    wanted = [
        Family(
            None if (above := shapes.get(parent)) is None else shapely.to_wkb(above),
            [shapely.to_wkb(one.geometry) for one in siblings if one.geometry is not None],
        )
        for (parent, _level), siblings in families.items()
    ]
    found = await _ask(msgspec.msgpack.encode(wanted), patience)
    if found is None:
        return Seams(is_known=False)
    return _told(families, found)


def _families(areas: Sequence[Area]) -> Mapping[tuple[str, str], list[Area]]:
    families: dict[tuple[str, str], list[Area]] = {}
    for one in areas:
        if one.geometry is not None and one.geometry.geom_type != "Point":
            families.setdefault((one.parent or "", one.level), []).append(one)
    return families


async def _ask(wanted: bytes, patience: Patience) -> list[Seam] | None:
    worker = await asyncio.create_subprocess_exec(
        *_WORKER,
        str(patience.cpu_s),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | _ONE_THREAD,
    )
    try:
        async with asyncio.timeout(patience.wait_s):
            said, _ = await worker.communicate(wanted)
    except TimeoutError:
        return None
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    return msgspec.msgpack.decode(said, type=list[Seam]) if worker.returncode == 0 else None


def _told(families: Mapping[tuple[str, str], list[Area]], found: Sequence[Seam]) -> Seams:
    overlaps: list[OverlapFound] = []
    gaps: list[GapFound] = []
    for ((parent, level), siblings), seam in zip(families.items(), found, strict=True):
        overlaps += (
            OverlapFound(siblings[a.one].code, siblings[a.other].code, a.area_m2, a.lon, a.lat)
            for a in seam.overlaps
        )
        gaps += (GapFound(parent or None, level, a.area_m2, a.lon, a.lat) for a in seam.gaps)
    overlaps.sort(key=lambda one: -one.area_m2)
    gaps.sort(key=lambda one: -one.area_m2)
    return Seams(is_known=True, overlaps=tuple(overlaps), gaps=tuple(gaps))
