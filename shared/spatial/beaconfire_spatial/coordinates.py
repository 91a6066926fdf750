"""Coordinate systems by the names that people write; whatever comes in becomes WGS 84 here.

Longitude (or easting) stands first in every system, as it does in all files that people hand over,
whatever order its authority prefers.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from beaconfire_spatial.china_offsets import CHINA_BOX, wgs84_of_bd09, wgs84_of_gcj02
from beaconfire_spatial.geometry import BadGeometry, Convert

NAME_CHARACTERS_MAX: Final = 64
SYSTEMS_KEPT: Final = 32
"""Systems whose transformation stays in memory; a deployment uses one or two."""
MARGIN_DEG: Final = 3.0
"""How far outside the area that a system is made for its coordinates may lie: half a zone's width,
by which surveys at a rim go on in the zone that they began in."""
WORLD: Final = (-180.0, -90.0, 180.0, 90.0)
_EPSG: Final = re.compile(r"(?:URN:OGC:DEF:CRS:)?EPSG:(?:[0-9.]*:)?([0-9]{4,6})")
_SPELLINGS: Final = {
    "WGS84": "EPSG:4326", "EPSG:4326": "EPSG:4326", "OGC:CRS84": "EPSG:4326", "CRS84": "EPSG:4326",
    "URN:OGC:DEF:CRS:OGC:1.3:CRS84": "EPSG:4326", "URN:OGC:DEF:CRS:OGC::CRS84": "EPSG:4326",
    "CGCS2000": "EPSG:4490", "GCJ02": "GCJ-02", "BD09": "BD-09", "BD09LL": "BD-09",
}  # fmt: skip


class UnknownSystem(ValueError):  # noqa: N818  (told to people as it is)
    """No coordinate system has this name, or it is none of a map."""


class WrongSystem(BadGeometry):
    """These coordinates cannot be of the system that was named."""


@dataclass(frozen=True, slots=True)
class CoordinateSystem:
    """A named system: how its coordinates become WGS 84, and the box that it is made for."""

    name: str
    is_degrees: bool
    box: tuple[float, float, float, float]
    convert: Convert | None

    def to_wgs84(self, xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Degrees of WGS 84; WrongSystem for what cannot be of this system."""
        if self.convert is None:
            return xs, ys
        look_like_degrees = np.abs(xs).max() <= 180.0 and np.abs(ys).max() <= 90.0
        if self.is_degrees != look_like_degrees:
            other = (
                "degrees, and these are none" if self.is_degrees else "metres; these are degrees"
            )
            raise WrongSystem(f"{self.name} has {other}")
        try:
            lons, lats = self.convert(xs, ys)
        except ProjError as error:
            raise WrongSystem(f"these are no coordinates of {self.name}") from error
        if not (np.isfinite(lons).all() and np.isfinite(lats).all()):
            raise WrongSystem(f"these are no coordinates of {self.name}")
        if not self._holds(lons, lats):
            at = f"({float(lons[0]):.4f}, {float(lats[0]):.4f})"
            raise WrongSystem(f"{self.name} is not made for {at}, where this would lie")
        return lons, lats

    def _holds(self, lons: np.ndarray, lats: np.ndarray) -> bool:
        west, south, east, north = self.box
        in_height = (lats >= south - MARGIN_DEG).all() and (lats <= north + MARGIN_DEG).all()
        after, before = lons >= west - MARGIN_DEG, lons <= east + MARGIN_DEG
        along = after & before if west <= east else after | before  # over the antimeridian
        return bool(in_height and along.all())


@lru_cache(maxsize=SYSTEMS_KEPT)
def coordinate_system(name: str) -> CoordinateSystem:
    """The system of a name: WGS 84, CGCS2000, GCJ-02, BD-09 or EPSG:number; UnknownSystem else."""
    if len(name) > NAME_CHARACTERS_MAX:
        raise UnknownSystem("no coordinate system has so long a name")
    plain = re.sub(r"[\s_]", "", name).upper()
    known = _SPELLINGS.get(plain) or _SPELLINGS.get(plain.replace("-", ""))
    if known in ("GCJ-02", "BD-09"):
        turn = wgs84_of_gcj02 if known == "GCJ-02" else wgs84_of_bd09
        return CoordinateSystem(known, is_degrees=True, box=CHINA_BOX, convert=turn)
    numbered = _EPSG.fullmatch(known or plain)
    if numbered is None:
        raise UnknownSystem(
            f"{name[:30]} names no coordinate system: WGS84, CGCS2000, GCJ-02, BD-09 or EPSG:number"
        )
    return _by_number(int(numbered[1]))


def _by_number(number: int) -> CoordinateSystem:
    try:
        crs = CRS.from_epsg(number)
    except CRSError as error:
        raise UnknownSystem(f"EPSG:{number} is not known") from error
    if not (crs.is_geographic or crs.is_projected) or len(crs.axis_info) != 2:
        raise UnknownSystem(f"EPSG:{number} is no system of a map of two axes")
    used = crs.area_of_use
    box = WORLD if used is None else (used.west, used.south, used.east, used.north)
    convert = None if number == 4326 else Transformer.from_crs(crs, 4326, always_xy=True).transform
    return CoordinateSystem(f"EPSG:{number}", crs.is_geographic, box, convert)


WGS84: Final = CoordinateSystem("EPSG:4326", is_degrees=True, box=WORLD, convert=None)
"""What everything is inside."""
