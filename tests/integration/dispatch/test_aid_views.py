"""Requests are read page after page, in the order in which they were made."""

from beaconfire_contracts.ids import AidId
from beaconfire_dispatch.adapters.aid_views import PgAidViews
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City, get, post
from beaconfire_testkit.neighbours import Neighbourhood

ENGINES = {"needs": [{"capability": "engine", "count": 2}]}


async def test_they_are_read_page_after_page(city: City, around: Neighbourhood) -> None:
    made = [
        (await post(city.desk, f"/v1/incidents/{await city.incident()}/aid", ENGINES, status=201))
        for _ in range(3)
    ]
    first = await get(city.desk, "/v1/aid", limit=2)
    second = await get(city.desk, "/v1/aid", limit=2, cursor=first["next"])
    views = PgAidViews(city.running.ground.database)

    assert first["items"] + second["items"] == made
    assert second["next"] is None
    one = await views.aid(AidId(made[0]["id"]))
    assert one is not None
    assert one.division == f"of-{around.near}"
    assert await views.aid(AidId(new_id())) is None
    assert (await get(city.desk, "/v1/aid", state="answered"))["items"] == []
