"""A small centre as a scene's clients see it, for the tests of scenes: what it is told it keeps."""

from typing import Any

from beaconfire.simulation.api import Refused
from beaconfire.simulation.scenes import Stage, Told
from beaconfire_spatial.geometry import LonLat

KNOWN = tuple(LonLat(174.74 + 0.0045 * nth, -36.88) for nth in range(12))
"""Places in a row, about 400 m apart."""


class Centre:
    """Answers reports, orders and questions; refuses as it is told to."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, Any]] = []
        self.clock: dict[str, Any] = {
            "business_time": "2026-06-01T10:00:00Z",
            "speed": 30.0,
            "paused": False,
        }
        self.units: list[dict[str, Any]] = []
        self.under_way: list[dict[str, Any]] = []
        self.options: list[dict[str, Any]] = []
        self.taken: set[str] = set()
        self.attaches_within = 0.004

    async def get(self, path: str, **params: Any) -> Any:
        if path == "/v1/clock":
            return dict(self.clock)
        if path.endswith("/recommendation"):
            return {"options": self.options}
        if path == "/v1/units":
            return {"items": self.units, "next": None}
        items = self.under_way if params["status"] == "open" else []
        return {"items": items, "next": None}

    async def put(self, path: str, body: object) -> Any:
        assert path == "/v1/clock"
        assert isinstance(body, dict)
        self.clock.update(body)

    async def post(self, path: str, body: object) -> Any:
        assert isinstance(body, dict)
        if path.endswith("/dispatch") and self.taken & set(body["unit_ids"]):
            raise Refused(409, "unit_taken", "")
        self.posted.append((path, body))
        if path == "/v1/reports":
            return self._received(body["position"])
        return {}

    def _received(self, position: dict[str, float]) -> dict[str, Any]:
        for nth, one in enumerate(self.under_way):
            if abs(one["place"]["point"]["lon"] - position["lon"]) < self.attaches_within:
                return {"report_id": "r", "incident_id": f"i{nth}", "number": nth, "attached": True}
        nth = len(self.under_way)
        self.under_way.append({"place": {"point": dict(position)}})
        return {"report_id": "r", "incident_id": f"i{nth}", "number": nth, "attached": False}

    def paths(self) -> list[str]:
        """What was commanded, in order."""
        return [path for path, _ in self.posted]


def stage_of(centre: Centre) -> tuple[Stage, list[Told]]:
    """A stage without pauses, and what it tells."""
    told: list[Told] = []
    return Stage(centre, centre, KNOWN, told.append, pace=0.0), told
