"""Hospitals of a city under test, the nearest first."""

from typing import Any

from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, post


async def a_hospital(city: City, code: str, *, away: float, beds: int | None = None) -> str:
    """One so many degrees east of the city's middle, with so many beds; its id."""
    asked: dict[str, Any] = {
        "code": code, "name_zh": f"{code}医院", "name_en": f"Hospital {code}",
        "point": {"lon": AKL[0] + away, "lat": AKL[1]},
    }  # fmt: skip
    made = await post(city.administrator, "/v1/hospitals", asked, status=201)
    if beds is not None:
        path = f"/v1/hospitals/{made['id']}/beds"
        answer = await city.desk.put(path, json={"beds_free": beds})
        assert answer.status_code == 204, answer.text
    return made["id"]
