"""Pages of what is within reach, in an order that paging can rely on."""

from typing import Any

from beaconfire_agency.adapters.directory import PgDirectory
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import Reach
from beaconfire_platform.ids import new_id

EVERYTHING = bounds(Reach(everything=True))
NOTHING = bounds(Reach())


async def test_without_any_reach_every_page_is_empty(centre: Any) -> None:
    directory = PgDirectory(centre.under_test.ground.database)

    assert await directory.bodies(NOTHING, after=None, limit=10) == []
    assert await directory.people(NOTHING, after=None, limit=10) == []
    assert await directory.seats(NOTHING, after=None, limit=10) == []
    assert await directory.tokens(NOTHING, after=None, limit=10) == []
    assert await directory.audit(NOTHING, after=0, limit=10) == []


async def test_pages_go_on_where_the_last_one_ended(centre: Any) -> None:
    directory = PgDirectory(centre.under_test.ground.database)
    for number in range(4):
        await centre.body(f"b{number}", f"b{number}")

    first = await directory.bodies(EVERYTHING, after=None, limit=3)
    rest = await directory.bodies(EVERYTHING, after=first[-1].id, limit=3)

    assert [one.code for one in (*first, *rest)] == ["root", "b0", "b1", "b2", "b3"]


async def test_somebody_sees_themselves_wherever_they_are(centre: Any) -> None:
    directory = PgDirectory(centre.under_test.ground.database)
    me = (await centre.administrator.get("/v1/session")).json()["person"]["id"]

    seen = await directory.people(bounds(Reach(person_ids=(me,))), after=None, limit=10)

    assert [one.id for one in seen] == [me]


async def test_a_machine_that_is_nobody_here_has_no_standing(centre: Any) -> None:
    directory = PgDirectory(centre.under_test.ground.database)

    assert await directory.standing(new_id(), None) is None
    assert await directory.bearer_of(new_id()) is None
