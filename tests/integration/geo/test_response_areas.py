"""Response areas are indexed once a version, and no more versions are kept than may be."""

import httpx

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.response_areas import VERSIONS_KEPT_MAX, ResponseAreas
from beaconfire_testkit.grid import area
from beaconfire_testkit.service import ServiceUnderTest

AT = Point(174.705, -36.895)


async def test_old_versions_are_let_go(geo: ServiceUnderTest, keeper: httpx.AsyncClient) -> None:
    held = ResponseAreas(geo.ground.database, "zones")
    body = {"type": "FeatureCollection", "crs": "WGS84", "kind": "response_area"}
    found = [[one.code for one in await held.at(AT)]]

    for number in range(VERSIONS_KEPT_MAX + 1):
        zone = area(f"z{number}", "response_area", None, (174.70, -36.90, 174.72, -36.89))
        await keeper.put("/v1/layers/zones", json=body | {"features": [zone]})
        found.append([one.code for one in await held.at(AT)])

    assert found == [[], ["z0"], ["z1"], ["z2"]]
    assert len(held._kept) == VERSIONS_KEPT_MAX  # pyright: ignore[reportPrivateUsage]  (its memory is what is tested)
