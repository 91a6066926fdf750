"""A place is proposed only while the unit is what it was when it was chosen."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from beaconfire_contracts.facts.standing_by import StandbyProposed
from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import StandbyReason, UnitStatus
from beaconfire_dispatch.adapters.standbys import PgStandbys
from beaconfire_dispatch.application.propose_standby import keys, propose_standby
from beaconfire_dispatch.domain.standby import Standby, StandbyState
from beaconfire_dispatch.domain.unit import primary_of
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City


def a_proposal(city: City, fence: int = 0) -> Standby:
    return Standby(
        UnitId(city.units["E1"]["id"]), StationId(city.station["id"]), fence,
        StandbyReason.FREED, 0.25, StandbyState.PROPOSED, wall_now(),
    )  # fmt: skip


async def _propose(tables: Any, one: Standby) -> bool:
    return await propose_standby(
        one, units=tables.units, assignments=tables.assignments,
        standbys=PgStandbys(tables.tx.connection), facts=tables.tx,
    )  # fmt: skip


async def test_it_is_told_once_and_a_move_takes_its_place_after_a_while(
    city: City, tables: Any
) -> None:
    first = a_proposal(city)
    soon, later = (
        replace(first, reason=StandbyReason.MOVE_UP, since=first.since + timedelta(minutes=minutes))
        for minutes in (5, 40)
    )

    told = [await _propose(tables, one) for one in (first, first, soon, later)]

    assert told == [True, False, False, True]

    assert len(tables.told(StandbyProposed)) == 2
    assert keys(first) == (aggregate(first.unit_id),)


@pytest.mark.parametrize("why", ["fence", "status"])
async def test_who_was_sent_or_cannot_go_is_proposed_nothing(
    city: City, tables: Any, why: str
) -> None:
    one = a_proposal(city, fence=5 if why == "fence" else 0)
    if why == "status":
        unit = await tables.units.get(one.unit_id)
        unable = UnitStatus.UNABLE
        await tables.units.save(replace(unit, status=unable, primary=primary_of(unable)))

    assert not await _propose(tables, one)
    assert tables.told(StandbyProposed) == []
