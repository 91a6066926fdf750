"""Proposed places are followed once; who was sent meanwhile goes nowhere."""

from typing import Any

from beaconfire.simulation.api import Refused
from beaconfire.simulation.standing_by import StandingBy


class Centre:
    """The API as the desk sees it."""

    def __init__(self, *states: str) -> None:
        self.refuses = False
        self.told: list[tuple[str, Any]] = []
        self.items = [
            {"unit_id": f"u{at}", "call_sign": f"U{at}", "station_id": "s1", "state": state}
            for at, state in enumerate(states)
        ]

    async def get(self, path: str, **params: Any) -> Any:
        del params
        if path == "/v1/stations":
            return {"items": [{"id": "s1", "point": {"lon": 174.7, "lat": -36.8}}]}
        return {"items": self.items}

    async def put(self, path: str, body: object) -> Any:
        if self.refuses:
            raise Refused(409, "unit_at_work", "")
        self.told.append((path, body))


async def test_what_is_proposed_is_ordered_and_what_is_ordered_is_gone_to() -> None:
    centre = Centre("proposed", "ordered")

    places = await StandingBy(centre).look()

    assert centre.told == [("/v1/units/u0/standby", {"station_id": "s1"})]
    assert places == {"u0": (174.7, -36.8), "u1": (174.7, -36.8)}


async def test_who_was_sent_meanwhile_goes_nowhere() -> None:
    centre = Centre("proposed")
    centre.refuses = True

    assert await StandingBy(centre).look() == {}
