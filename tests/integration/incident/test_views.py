"""Questions: a division's part is taken literally, codes open for a time, one centre receives."""

from datetime import timedelta
from typing import Any

import pytest

from beaconfire_incident.adapters.views import PgViews, below
from beaconfire_incident.entrypoints.tracking import hash_of
from beaconfire_testkit.centre import AKL, Centre

HOUR = timedelta(hours=1)
REPORT = {
    "text": "smoke over the harbour",
    "type": "fire.structure",
    "position": {"lon": AKL[0], "lat": AKL[1], "accuracy_m": 20.0},
}


def test_a_divisions_own_signs_are_taken_literally() -> None:
    assert below(None) is None
    assert below("akl") == "akl.%"
    assert below("a_b%c") == r"a\_b\%c.%"


async def test_citizens_are_received_by_the_centre_there_is(centre: Centre) -> None:
    views = PgViews(centre.running.ground.database)

    body = await views.public_body()

    assert body is not None
    assert (body.id, body.pool_seat) == (centre.body, centre.pool)


@pytest.mark.parametrize(
    ("step", "body"), [("close", {"disposition": "resolved"}), ("void", {"reason": "mistake"})]
)
async def test_a_code_opens_for_a_time_after_the_end(
    centre: Centre, step: str, body: dict[str, Any]
) -> None:
    told = await centre.running.client().post("/v1/public/reports", json=REPORT)
    code = hash_of(told.json()["tracking_code"])
    views = PgViews(centre.running.ground.database)
    now = centre.running.clock.now()
    [incident] = (await centre.client().get("/v1/incidents")).json()["items"]
    assert await views.tracked(code, now + HOUR) is not None, "whatever goes on is followed"

    ended = await centre.client().post(f"/v1/incidents/{incident['id']}/{step}", json=body)

    assert ended.status_code == 200, ended.text
    assert await views.tracked(code, now - HOUR) is not None
    assert await views.tracked(code, now + HOUR) is None
