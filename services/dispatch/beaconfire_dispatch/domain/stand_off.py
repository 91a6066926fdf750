"""How near anybody unprotected may come to what is said to be there, and where they are sent."""

import math
from typing import Final

from beaconfire_contracts.places import Point

LEAST_M: Final = {
    "fire": 100.0,
    "hazmat": 100.0,
    "police.assault": 100.0,
    "police.armed": 100.0,
}
"""By the beginning of a type: whatever a card says, nobody is asked to be nearer (practice §7).

100 m is the radius of the hot zone that is cleared before anybody knows what burns or leaks."""
MARGIN_M: Final = 20.0
"""Beyond the stand-off: what a telephone's own position may err by."""
UNCERTAINTY_M_MAX: Final = 1_000.0
"""Of an uncertain place so much is added: further away nobody sees anything."""
SOUTH: Final = math.pi
"""Which way from it, where no road says where one can stand."""
_EARTH_RADIUS_M: Final = 6_371_008.8


def stand_off_m(card_m: float, type_code: str | None) -> float:
    """The stand-off for a type under its card: never less than such a type has."""
    least = [
        metres
        for prefix, metres in LEAST_M.items()
        if type_code is not None and (type_code == prefix or type_code.startswith(f"{prefix}."))
    ]
    return max(card_m, *least, 0.0)


def keep_away_m(metres: float, uncertainty_m: float | None) -> float:
    """How far from the point as told somebody is sent: outside wherever it may really be."""
    if metres <= 0.0:
        return 0.0
    return metres + min(uncertainty_m or 0.0, UNCERTAINTY_M_MAX) + MARGIN_M


def point_away(point: Point, metres: float, bearing: float = SOUTH) -> Point:
    """A point so many metres away, on the sphere; bearing in radians from north by east."""
    angle, lat = metres / _EARTH_RADIUS_M, math.radians(point.lat)
    there = math.asin(
        math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)
    )
    turned = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(there),
    )
    lon = (point.lon + math.degrees(turned) + 540.0) % 360.0 - 180.0
    return Point(round(lon, 7), round(math.degrees(there), 7))
