"""A unit's own status is kept and told once, under the unit's lock."""

from typing import Any

from beaconfire_contracts.facts.dispatch import UnitStatusChanged
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import StatusSource, UnitStatus
from beaconfire_dispatch.application.change_unit_status import (
    ChangeUnitStatus,
    change_unit_status,
    keys,
)
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City


async def test_told_twice_it_is_kept_and_told_once(city: City, tables: Any) -> None:
    unit_id = UnitId(city.units["E1"]["id"])
    command = ChangeUnitStatus(
        unit_id, UnitStatus.UNABLE, wall_now(), StatusSource.RADIO, "breakdown"
    )

    async def change() -> Any:
        return await change_unit_status(
            command,
            units=tables.units,
            assignments=tables.assignments,
            demands=tables.demands,
            facts=tables.tx,
        )

    first, second = await change(), await change()

    assert first == second == await tables.units.get(unit_id)
    [told] = tables.told(UnitStatusChanged)
    assert (told.status, told.since, told.reason) == (
        UnitStatus.UNABLE, command.occurred_at, "breakdown",
    )  # fmt: skip
    assert keys(command) == (aggregate(unit_id),)
