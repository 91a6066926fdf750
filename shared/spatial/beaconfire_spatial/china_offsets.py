"""GCJ-02 and BD-09, the shifted degrees of Chinese maps, to and from WGS 84, on whole arrays.

Neither has an inverse in closed form: the shift changes by less than a thousandth of itself from
one guess to the next, so that a few guesses are exact to the last digit that a float keeps.
"""

import math
from typing import Final

import numpy as np

SEMI_MAJOR_M: Final = 6_378_245.0
ECCENTRICITY_SQUARED: Final = 0.006_693_421_622_965_943_23
"""Krasovsky's ellipsoid of 1940, which the shift is written on."""
GUESSES: Final = 8
CHINA_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box in which maps of China are shifted, as the formula has it."""
_BAIDU_TURN: Final = math.pi * 3_000.0 / 180.0

Degrees = np.ndarray
Pair = tuple[Degrees, Degrees]


def gcj02_of_wgs84(lons: Degrees, lats: Degrees) -> Pair:
    """Where a Chinese map draws these points."""
    shift_lon, shift_lat = _shift(lons, lats)
    return lons + shift_lon, lats + shift_lat


def wgs84_of_gcj02(lons: Degrees, lats: Degrees) -> Pair:
    """Where points of a Chinese map are."""
    at_lon, at_lat = lons, lats
    for _ in range(GUESSES):
        shift_lon, shift_lat = _shift(at_lon, at_lat)
        at_lon, at_lat = lons - shift_lon, lats - shift_lat
    return at_lon, at_lat


def bd09_of_wgs84(lons: Degrees, lats: Degrees) -> Pair:
    """Where Baidu draws these points."""
    return _baidu(*gcj02_of_wgs84(lons, lats))


def wgs84_of_bd09(lons: Degrees, lats: Degrees) -> Pair:
    """Where points of Baidu are."""
    at_lon, at_lat = lons, lats
    for _ in range(GUESSES):
        drawn_lon, drawn_lat = _baidu(at_lon, at_lat)
        at_lon, at_lat = at_lon + lons - drawn_lon, at_lat + lats - drawn_lat
    return wgs84_of_gcj02(at_lon, at_lat)


def _baidu(lons: Degrees, lats: Degrees) -> Pair:
    far = np.hypot(lons, lats) + 0.000_02 * np.sin(lats * _BAIDU_TURN)
    turn = np.arctan2(lats, lons) + 0.000_003 * np.cos(lons * _BAIDU_TURN)
    return far * np.cos(turn) + 0.006_5, far * np.sin(turn) + 0.006


def _shift(lons: Degrees, lats: Degrees) -> Pair:
    x, y = lons - 105.0, lats - 35.0
    waves = 20.0 * np.sin(6.0 * math.pi * x) + 20.0 * np.sin(2.0 * math.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north = north + (waves + 20.0 * np.sin(math.pi * y) + 40.0 * np.sin(math.pi * y / 3.0)) / 1.5
    north = north + (160.0 * np.sin(math.pi * y / 12.0) + 320.0 * np.sin(math.pi * y / 30.0)) / 1.5
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east = east + (waves + 20.0 * np.sin(math.pi * x) + 40.0 * np.sin(math.pi * x / 3.0)) / 1.5
    east = east + (150.0 * np.sin(math.pi * x / 12.0) + 300.0 * np.sin(math.pi * x / 30.0)) / 1.5
    radians = np.radians(lats)
    bent = 1.0 - ECCENTRICITY_SQUARED * np.sin(radians) ** 2
    along_meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / (bent * np.sqrt(bent))
    along_parallel_m = SEMI_MAJOR_M / np.sqrt(bent) * np.cos(radians)
    return np.degrees(east / along_parallel_m), np.degrees(north / along_meridian_m)
