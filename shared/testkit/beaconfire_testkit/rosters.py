"""Rosters of a city under test: who is on duty around the clock, and who has a shift."""

from typing import Any

from beaconfire_testkit.city import CELL, City

FROM_AT = "2020-01-01T00:00:00Z"


def a_line(part: str, person_id: str | None, **more: Any) -> dict[str, Any]:
    """A line of a roster: around the clock unless said otherwise."""
    return {"part": part, "person_id": person_id, "from_at": FROM_AT} | more


async def roster_of(city: City, *lines: dict[str, Any], area: str = CELL) -> dict[str, Any]:
    """The roster of an area is this from now on."""
    asked = {"rosters": [{"area": area, "zone": "UTC", "duties": list(lines)}]}
    answer = await city.administrator.put("/v1/rosters", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]
