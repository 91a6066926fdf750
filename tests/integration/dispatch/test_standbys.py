"""Places in SQL: the last word of each unit, in force until the unit's next order."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.vocabulary import StandbyReason
from beaconfire_dispatch.adapters.standbys import PgStandbys
from beaconfire_dispatch.domain.standby import Standby, StandbyState
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City


def a_word(city: City) -> Standby:
    return Standby(
        UnitId(city.units["E1"]["id"]), StationId(city.station["id"]), 0, StandbyReason.FREED, 0.25,
        StandbyState.PROPOSED, wall_now(),
    )  # fmt: skip


async def test_the_last_word_stands_and_is_read_as_it_was_kept(city: City, tables: Any) -> None:
    kept, word = PgStandbys(tables.tx.connection), a_word(city)
    await kept.save(word)
    ordered = replace(word, state=StandbyState.ORDERED, reason=None, gain=0.0)

    await kept.save(ordered)

    assert await kept.of(word.unit_id) == ordered
    assert list(await kept.in_force()) == [ordered]


async def test_a_word_on_an_earlier_order_is_in_force_no_more(city: City, tables: Any) -> None:
    kept, word = PgStandbys(tables.tx.connection), a_word(city)
    await kept.save(replace(word, fence=7))

    assert list(await kept.in_force()) == []
    assert await kept.of(UnitId(city.units["E2"]["id"])) is None
