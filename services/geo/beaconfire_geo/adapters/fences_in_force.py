"""The zones in force as fences, loaded when one changed: how far outside them positions lie."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

import numpy as np

from beaconfire_geo.adapters.zones import PgZones
from beaconfire_geo.domain.crossings import HYSTERESIS_M, FenceTime, sides
from beaconfire_geo.domain.zones import HazardZone
from beaconfire_platform.database import Connection
from beaconfire_spatial.fences import Fence
from beaconfire_spatial.geometry import LonLat

Box = tuple[float, float, float, float]
FAR_M: Final = float("inf")
"""Outside the box of a fence and its margin: further than anything that counts as inside."""


def fence_of(zone: HazardZone) -> Fence:
    """The area in which a zone warns: its ring and the stand-off around it."""
    ring = [LonLat(one.lon, one.lat) for one in zone.plan.ring]
    return Fence(ring, zone.plan.stand_off_m)


class FencesInForce:
    """Fences by zone, and the boxes by which most positions are told to be far from them."""

    def __init__(self) -> None:
        """None is known yet."""
        self.times: dict[str, FenceTime] = {}
        self.boxes: list[Box] = []
        self._marks: tuple[tuple[str, str], ...] = ()
        self._fences: dict[str, Fence] = {}
        self._sides: np.ndarray = np.zeros((4, 0, 1))

    def __bool__(self) -> bool:
        return bool(self._fences)

    async def load(self, connection: Connection) -> bool:
        """Take the zones in force, unless they are; whether anything changed."""
        zones = PgZones(connection)
        marks = await zones.marks()
        if marks == self._marks:
            return False
        lasting = [one for one in await zones.lasting() if one.begun_at is not None]
        self._fences = {one.zone_id: fence_of(one) for one in lasting}
        self.times = {
            one.zone_id: FenceTime(one.begun_at, one.plan.warns, await _edge_since(zones, one))
            for one in lasting
            if one.begun_at is not None
        }
        self.boxes = [one.box(HYSTERESIS_M) for one in self._fences.values()]
        self._sides = np.array(self.boxes).reshape(-1, 4).T[:, :, None]
        self._marks = marks
        return True

    def outside_m(
        self, lons: np.ndarray, lats: np.ndarray, visited: AbstractSet[str] = frozenset()
    ) -> dict[str, np.ndarray]:
        """Metres outside each fence that any of these is near, or that is `visited`; else none."""
        found: dict[str, np.ndarray] = {}
        held = self._held(lons, lats)
        for (zone_id, fence), near in zip(self._fences.items(), held, strict=True):
            if zone_id in visited or near.any():
                found[zone_id] = _outside_m(fence, lons, lats, near)
        return found

    def changed(
        self, lons: np.ndarray, lats: np.ndarray, known: Sequence[frozenset[str]]
    ) -> np.ndarray:
        """Who is in a fence that it is not known to be in, or out of one that it is."""
        moved = np.zeros(len(lons), dtype=bool)
        visited = frozenset[str]().union(*set(known))
        for zone_id, outside_m in self.outside_m(lons, lats, visited).items():
            is_known = _holding(zone_id, known)
            is_in, is_out = sides(outside_m)
            moved |= np.where(is_known, is_out, is_in)
        return moved

    def near(self, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
        """Who is in the box of any fence."""
        return np.asarray(self._held(lons, lats).any(axis=0))

    def _held(self, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
        west, south, east, north = self._sides
        return (lons >= west) & (lons <= east) & (lats >= south) & (lats <= north)


async def _edge_since(zones: PgZones, zone: HazardZone) -> datetime | None:
    """Since when its edge is what it is; None where it never was another."""
    if zone.version == 1:
        return None
    since = zone.changed_at
    for one in reversed(await zones.versions(zone.zone_id)):
        if (one.plan.ring, one.plan.stand_off_m) != (zone.plan.ring, zone.plan.stand_off_m):
            break
        since = one.changed_at
    return since


def _outside_m(fence: Fence, lons: np.ndarray, lats: np.ndarray, near: np.ndarray) -> np.ndarray:
    outside_m = np.full(len(lons), FAR_M)
    if near.any():
        outside_m[near] = fence.outside_m(lons[near], lats[near])
    return outside_m


def _holding(zone_id: str, known: Iterable[frozenset[str]]) -> np.ndarray:
    return np.array([zone_id in one for one in known], dtype=bool)
