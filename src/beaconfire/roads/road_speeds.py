"""How fast crews drive, by class of road and posted limit: data, which a deployment may replace."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from beaconfire.roads.refusals import RoadsRefused

KMH_MIN: Final = 3.0
"""Slower is not driving; no arc may take for ever."""
KMH_MAX: Final = 200.0
_TO_KMH: Final = {"": 1.0, "kmh": 1.0, "km/h": 1.0, "mph": 1.609344, "knots": 1.852}
_LIMIT: Final = re.compile(r"(\d{1,3}(?:\.\d+)?) ?(mph|knots|km/h|kmh)?")


@dataclass(frozen=True, slots=True)
class Speed:
    """Km/h in both modes."""

    lights: float
    regular: float


@dataclass(frozen=True, slots=True)
class RoadClass:
    """The usual speed on a class of road, and whether one may leave it there for a door."""

    speed: Speed
    enters: bool


@dataclass(frozen=True, slots=True)
class RoadSpeeds:
    """All classes that are driven on, and what a posted limit says."""

    classes: Mapping[str, RoadClass]
    share_of_limit: Speed

    def of(self, tags: Mapping[str, str]) -> Speed:
        """The speed on a way: by its posted limit where it has one that is understood."""
        limit = limit_kmh(tags.get("maxspeed", ""))
        if limit is None:
            return self.classes[tags["highway"]].speed
        share = self.share_of_limit
        return Speed(_driven(limit * share.lights), _driven(limit * share.regular))


def limit_kmh(said: str) -> float | None:
    """A posted limit in km/h; None where nothing is said that means a number."""
    found = _LIMIT.fullmatch(said.split(";")[0].strip().lower())
    if found is None or float(found[1]) == 0:
        return None
    return float(found[1]) * _TO_KMH[found[2] or ""]


def load_speeds(path: Path | None = None) -> RoadSpeeds:
    """The speeds in a file of one's own, else ours; RoadsRefused for what is no such file."""
    source = files("beaconfire.roads").joinpath("road_classes.toml") if path is None else path
    try:
        told = tomllib.loads(source.read_text(encoding="utf-8"))
        classes = {
            name: RoadClass(_speed(one, "_kmh"), bool(one["enters"]))
            for name, one in told["classes"].items()
        }
        return RoadSpeeds(classes, _share(told["share_of_limit"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"{source} has no speeds: {str(error)[:80]}"
        raise RoadsRefused("bad_speeds", said) from error


def _speed(told: Mapping[str, Any], unit: str) -> Speed:
    speed = Speed(float(told[f"lights{unit}"]), float(told[f"regular{unit}"]))
    if not all(KMH_MIN <= one <= KMH_MAX for one in (speed.lights, speed.regular)):
        raise ValueError(f"a speed is {KMH_MIN:.0f} to {KMH_MAX:.0f} km/h")
    return speed


def _share(told: Mapping[str, Any]) -> Speed:
    share = Speed(float(told["lights"]), float(told["regular"]))
    if not all(0 < one <= 2 for one in (share.lights, share.regular)):
        raise ValueError("a share of the limit is above 0 and at most 2")
    return share


def _driven(kmh: float) -> float:
    return min(KMH_MAX, max(KMH_MIN, kmh))
