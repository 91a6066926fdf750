"""Gaps, overlaps and what leaves its parent, found by a process that is stopped in time."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import shapely

from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.levels import Levels
from beaconfire_geo.domain.seams import (
    GapFound,
    OutsideFound,
    OverlapFound,
    SeamCounts,
    Seams,
)
from beaconfire_spatial.sibling_worker import BEGUN, CPU_S_MAX, Family, Found, Ground

START_S_MAX: Final = 4.5
"""Until the process has begun: a busy machine's fault, and no map's. With what a request waits
then it answers within six seconds (R25), and within two (S5) where the machine is not busy."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How much of the processor's time the search may take, and how long it is waited for."""

    cpu_s: float
    wait_s: float


REQUEST: Final = Patience(CPU_S_MAX, 1.4)
IMPORT: Final = Patience(60.0, 300.0)
"""Nobody waits in a request for it: a large city of fine outlines takes some seconds."""
_WORKER: Final = (sys.executable, "-m", "beaconfire_spatial.sibling_worker")
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Each thread of a library reserves addresses, which are limited."""


async def seams_of(areas: Sequence[Area], levels: Levels, patience: Patience = REQUEST) -> Seams:
    """Gaps and overlaps of each level, and what lies outside of parents; unknown when it takes
    too long.
    """
    held = [one for one in areas if one.geometry is not None and one.geometry.geom_type != "Point"]
    if not held:
        return Seams(is_known=True)
    wanted, families = await asyncio.to_thread(_asked, areas, held, levels)
    found = await _ask(wanted, patience)
    return Seams(is_known=False) if found is None else _told(held, families, found)


def _asked(
    areas: Sequence[Area], held: Sequence[Area], levels: Levels
) -> tuple[bytes, Sequence[tuple[str, Family]]]:
    """What is looked for, as it is sent, and the families with their levels."""
    tree = _Tree.of(areas, held, levels)
    families = list(tree.families())
    shapes = np.array([one.geometry for one in held], dtype=object)
    homes = ((place, tree.above(one)) for place, one in enumerate(held))
    ground = Ground(
        shapely.to_wkb(shapes).tolist(),
        [list(places) for places in tree.beside.values()],
        [(place, above) for place, above in homes if above is not None],
        [one for _, one in families],
    )
    return msgspec.msgpack.encode(ground), families


@dataclass(frozen=True, slots=True)
class _Tree:
    """Who lies beside whom and below whom, by places among the areas that have a shape."""

    held: Sequence[Area]
    places: Mapping[str, int]
    beside: Mapping[str, Sequence[int]]
    """Those that share one ground: by the level, or by one for levels of one rank."""
    side_of: Mapping[str, str]
    """Of each level the name under which its areas stand there."""
    holders: Mapping[str, frozenset[str]]
    """Under each of these names, the codes of all that have such areas below them."""

    @classmethod
    def of(cls, areas: Sequence[Area], held: Sequence[Area], levels: Levels) -> "_Tree":
        side_of = {level: levels.side(level) for level in {one.level for one in areas}}
        beside: dict[str, list[int]] = {}
        for place, one in enumerate(held):
            beside.setdefault(side_of[one.level], []).append(place)
        holders: dict[str, set[str]] = {}
        for one in areas:
            holders.setdefault(side_of[one.level], set()).update(one.path.split(".")[:-1])
        return cls(
            held,
            {one.code: place for place, one in enumerate(held)},
            beside,
            side_of,
            {side: frozenset(codes) for side, codes in holders.items()},
        )

    def above(self, area: Area) -> int | None:
        """The place of its parent, where that has a shape."""
        return None if area.parent is None else self.places.get(area.parent)

    def families(self) -> Iterator[tuple[str, Family]]:
        """Whose ground is to be covered by areas of which level.

        A parent without any beside others that have some is to be covered by nobody: all a gap.
        """
        below: dict[str | None, list[int]] = {}
        for place, one in enumerate(self.held):
            below.setdefault(one.parent, []).append(place)
        for side, places in self.beside.items():
            by_parent: dict[str | None, list[int]] = {}
            for place in places:
                by_parent.setdefault(self.held[place].parent, []).append(place)
            level = self.held[places[0]].level
            for parent, children in by_parent.items():
                others = [one for one in below[parent] if self._covers_by_others(one, side)]
                above = None if parent is None else self.places.get(parent)
                yield self.held[children[0]].level, Family(above, children + others, not others)
            for place in self._childless(side, by_parent):
                yield level, Family(place, [])

    def _covers_by_others(self, place: int, side: str) -> bool:
        """Whether an area has areas of such a level below it: its ground is theirs."""
        one = self.held[place]
        return self.side_of[one.level] != side and one.code in self.holders[side]

    def _childless(self, side: str, by_parent: Mapping[str | None, object]) -> Iterator[int]:
        """Areas of levels that have such children elsewhere, and none below themselves."""
        parents = [self.places[one] for one in by_parent if one is not None and one in self.places]
        for beside in {self.side_of[self.held[one].level] for one in parents}:
            for place in self.beside[beside]:
                if self.held[place].code not in self.holders[side]:
                    yield place


async def _ask(wanted: bytes, patience: Patience) -> Found | None:
    worker = await asyncio.create_subprocess_exec(
        *_WORKER,
        str(patience.cpu_s),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | _ONE_THREAD,
    )
    assert worker.stdout is not None  # noqa: S101  (it was asked for)
    try:
        async with asyncio.timeout(START_S_MAX):
            await worker.stdout.readexactly(len(BEGUN))
        async with asyncio.timeout(patience.wait_s):
            said, _ = await worker.communicate(wanted)
    except (TimeoutError, asyncio.IncompleteReadError):
        return None
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    return msgspec.msgpack.decode(said, type=Found) if worker.returncode == 0 else None


def _told(held: Sequence[Area], families: Sequence[tuple[str, Family]], found: Found) -> Seams:
    """By codes instead of places."""
    parents = [None if one.parent is None else held[one.parent].code for _, one in families]
    return Seams(
        is_known=True,
        overlaps=tuple(
            OverlapFound(held[one.one].code, held[one.other].code, one.area_m2, one.lon, one.lat)
            for one in found.overlaps
        ),
        gaps=tuple(
            GapFound(parents[one.family], families[one.family][0], at.area_m2, at.lon, at.lat)
            for one in found.gaps
            for at in (one.gap,)
        ),
        outside=tuple(
            OutsideFound(
                held[one.one].code, held[one.one].parent or "", one.area_m2, one.share, one.lon,
                one.lat,
            )
            for one in found.outside
        ),
        counts=SeamCounts(*found.counts),
    )  # fmt: skip
