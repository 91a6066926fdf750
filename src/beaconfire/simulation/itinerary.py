"""Where a vehicle is along its road at a moment: pure, so that the picture can be checked."""

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Leg:
    """A route driven from a moment on: its points and the seconds at which each is passed."""

    started_at: datetime
    points: tuple[tuple[float, float], ...]
    times_s: tuple[float, ...]

    @property
    def ends_at(self) -> datetime:
        """When the last point is reached."""
        return self.started_at + timedelta(seconds=self.times_s[-1])

    def at(self, moment: datetime) -> tuple[float, float, float]:
        """Longitude, latitude and heading in degrees at a moment; before and after, the ends."""
        elapsed_s = (moment - self.started_at).total_seconds()
        after = bisect.bisect_right(self.times_s, elapsed_s)
        if after <= 0 or len(self.points) == 1:
            lon, lat = self.points[0]
            return lon, lat, heading_deg(self.points[:2])
        if after >= len(self.points):
            lon, lat = self.points[-1]
            return lon, lat, heading_deg(self.points[-2:])
        (lon0, lat0), (lon1, lat1) = self.points[after - 1], self.points[after]
        span_s = self.times_s[after] - self.times_s[after - 1]
        part = (elapsed_s - self.times_s[after - 1]) / span_s if span_s > 0 else 1.0
        lon, lat = lon0 + (lon1 - lon0) * part, lat0 + (lat1 - lat0) * part
        return lon, lat, heading_deg(self.points[after - 1 : after + 1])


def leg_of(route: dict[str, object], started_at: datetime) -> Leg:
    """The leg that `POST /v1/routes` answered, driven from a moment on."""
    geometry: dict[str, list[list[float]]] = route["geometry"]  # type: ignore[assignment]  # JSON
    times: list[float] = route["times_s"]  # type: ignore[assignment]  # JSON
    return Leg(started_at, tuple((lon, lat) for lon, lat in geometry["coordinates"]), tuple(times))


def heading_deg(points: Sequence[tuple[float, float]]) -> float:
    """Degrees clockwise from north along two points; 0 where they are one."""
    if len(points) < 2:
        return 0.0
    (lon0, lat0), (lon1, lat1) = points[0], points[-1]
    east = (lon1 - lon0) * math.cos(math.radians((lat0 + lat1) / 2))
    north = lat1 - lat0
    return round(math.degrees(math.atan2(east, north)) % 360, 1) % 360
