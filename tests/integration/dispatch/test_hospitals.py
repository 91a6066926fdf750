"""The hospitals under test have the beds that they are said to have."""

from beaconfire_testkit.city import City, get
from beaconfire_testkit.hospitals import a_hospital


async def test_a_hospital_says_how_many_beds_it_has_or_nothing(city: City) -> None:
    told, silent = (
        await a_hospital(city, "H1", away=0.01, beds=3),
        await a_hospital(city, "H2", away=0.02),
    )

    beds = {
        one["hospital_id"]: one["beds_free"] for one in (await get(city.desk, "/v1/beds"))["items"]
    }
    assert beds == {told: 3, silent: None}
