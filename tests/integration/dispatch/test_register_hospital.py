"""A hospital is registered once under its code, whoever asks at the same moment."""

import asyncio

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_testkit.city import City, post


async def test_two_at_once_register_one_hospital(city: City) -> None:
    asked = {
        "code": "H1", "name_zh": "市医院", "name_en": "City Hospital",
        "point": {"lon": 174.77, "lat": -36.86},
    }  # fmt: skip
    keeper = city.administrator

    answers = await asyncio.gather(
        *(post(keeper, "/v1/hospitals", asked, status=201) for _ in range(8))
    )

    assert len({one["id"] for one in answers}) == 1
    assert len(await city.running.told(HospitalRegistered)) == 1
