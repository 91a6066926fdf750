"""The engine's rules over HTTP: read by many, changed by whoever answers for every station."""

from typing import Any

import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_testkit.city import City, get

RULES = {
    "level_price": 0.1, "cover_price": 0.0, "diversions_max": 0, "move_gain_min": 0.1,
    "moves_per_hour_max": 3,
}  # fmt: skip


async def test_a_shift_leader_changes_them_and_everybody_reads_them(city: City) -> None:
    before = await get(city.desk, "/v1/engine-rules")
    changed = await city.centre.client(Role.SHIFT_LEADER).put("/v1/engine-rules", json=RULES)

    assert before == {
        "level_price": 0.02, "cover_price": 0.0, "diversions_max": 1, "move_gain_min": 0.07,
        "moves_per_hour_max": 0,
    }  # fmt: skip
    assert (changed.status_code, changed.json()) == (200, RULES)
    assert await get(city.desk, "/v1/engine-rules") == RULES
    assert (await city.desk.put("/v1/engine-rules", json=RULES)).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level_price", -0.1),
        ("cover_price", 101),
        ("diversions_max", 11),
        ("diversions_max", "1"),
        ("move_gain_min", 0),
        ("moves_per_hour_max", 101),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field(city: City, field: str, value: Any) -> None:
    leader = city.centre.client(Role.SHIFT_LEADER)

    answer = await leader.put("/v1/engine-rules", json={**RULES, field: value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{field}"
