"""What was told, page by page, to whoever reads for that body alone."""

from typing import Any

from beaconfire_agency.adapters.deliveries import PgDeliveries
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_testkit.service import a_subject


async def test_a_reader_of_the_place_of_a_body_reads_nothing_that_the_body_was_told(
    centre: Any,
) -> None:
    power = await centre.body("power", "root.power")
    await subscribed(centre, power)
    deliveries = PgDeliveries(centre.under_test.ground.database)
    neighbour = a_subject(Role.VIEWER, reach="root")
    own = a_subject(Role.VIEWER, reach="root.elsewhere", body=power["id"])

    page = {
        name: await deliveries.page(bounds(reach(subject, "delivery.read")), after=(0, 0), limit=10)
        for name, subject in (("neighbour", neighbour), ("own", own))
    }

    assert page["neighbour"] == []
    assert [one.code for one in page["own"]] == ["power"]
    after = page["own"][-1].cursor
    further = await deliveries.page(bounds(reach(own, "delivery.read")), after=after, limit=10)
    assert further == []


async def subscribed(centre: Any, body: dict[str, Any]) -> None:
    """The body is subscribed, and was told that it begins."""
    answer = await centre.administrator.post("/v1/subscriptions", json={"body": body["id"]})
    assert answer.status_code == 201, answer.text
    await centre.under_test.catch_up()
