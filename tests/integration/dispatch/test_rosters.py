"""Rosters read back in their newest version, in the order in which areas are asked for."""

from typing import Any

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import Roster
from beaconfire_platform.clock import wall_now

LINE = Duty(DutyPart.WORKER, PersonId("p"), None, (1, 2), 0, 3_600, wall_now())


async def test_the_newest_version_is_in_force_and_an_emptied_one_is_none(tables: Any) -> None:
    for area, version, duties in (("a", 1, (LINE,)), ("a.b", 1, ()), ("a.b", 2, (LINE, LINE))):
        one = Roster(area, version, "UTC", duties)
        await tables.rosters.add(one, issued_by="mei", issued_at=wall_now())

    found = await tables.rosters.over(["a.b", "a.x", "a"])

    assert [(one.area, one.version) for one in found] == [("a.b", 2), ("a", 1)]
    assert found[1].duties == (LINE,)
    assert await tables.rosters.versions(["a.b", "a.x"]) == {"a.b": 2}
    assert tables.rosters.is_zone("Asia/Shanghai")
    assert not tables.rosters.is_zone("Mars/Base")
