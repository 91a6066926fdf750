"""Questions: the pattern of a division's part is literal, the highest centre receives citizens."""

from beaconfire_incident.adapters.views import PgViews, below
from beaconfire_testkit.centre import Centre


def test_a_divisions_own_signs_are_taken_literally() -> None:
    assert below(None) is None
    assert below("akl") == "akl.%"
    assert below("a_b%c") == r"a\_b\%c.%"


async def test_citizens_are_received_by_the_centre_there_is(centre: Centre) -> None:
    views = PgViews(centre.running.ground.database)

    body = await views.public_body()

    assert body is not None
    assert (body.id, body.pool_seat) == (centre.body, centre.pool)
