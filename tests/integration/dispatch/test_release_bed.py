"""A bed is released when the order has ended, once, and not before."""

from typing import Any

from beaconfire_contracts.facts.casualties import DestinationReleased
from beaconfire_contracts.ids import AssignmentId, HospitalId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.beds import PgBeds
from beaconfire_dispatch.application.bed_ports import Kept
from beaconfire_dispatch.application.release_bed import keys, release_bed
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City
from beaconfire_testkit.hospitals import a_hospital


async def test_not_while_the_unit_is_on_its_way(city: City, tables: Any) -> None:
    hospital = HospitalId(await a_hospital(city, "H1", away=0.01, beds=1))
    [one] = await city.order(await city.incident("medical"), "A1")
    beds, now = PgBeds(tables.tx.connection), wall_now()
    await beds.keep(Kept(AssignmentId(one["id"]), hospital), now)
    seen = await tables.assignments.get(AssignmentId(one["id"]))

    async def release() -> bool:
        return await release_bed(
            seen, assignments=tables.assignments, beds=beds, demands=tables.demands,
            facts=tables.tx, now=now,
        )  # fmt: skip

    early = await release()
    await city.step(one, "on-scene")
    await city.step(one, "clear")

    assert [early, await release(), await release()] == [False, True, False]
    assert [each.is_handed_over for each in tables.told(DestinationReleased)] == [False]
    assert keys(seen) == (aggregate(seen.incident_id), aggregate(seen.unit_id))
