"""A hospital says how many patients it takes; fewer than are on their way there is refused."""

from typing import Any

import pytest

from beaconfire_contracts.facts.casualties import BedsReported
from beaconfire_contracts.ids import AssignmentId, HospitalId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.beds import PgBeds
from beaconfire_dispatch.application.bed_ports import Kept
from beaconfire_dispatch.application.report_beds import BedsPromised, ReportBeds, keys, report_beds
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.city import City
from beaconfire_testkit.hospitals import a_hospital


async def test_who_is_on_the_way_has_a_bed(city: City, tables: Any) -> None:
    hospital = HospitalId(await a_hospital(city, "H1", away=0.01, beds=2))
    [one] = await city.order(await city.incident("medical"), "A1")
    beds, now = PgBeds(tables.tx.connection), wall_now()
    assert await beds.keep(Kept(AssignmentId(one["id"]), hospital), now)

    with pytest.raises(BedsPromised):
        await report_beds(ReportBeds(hospital, 0), beds=beds, facts=tables.tx, now=now)
    await report_beds(ReportBeds(hospital, 1), beds=beds, facts=tables.tx, now=now)

    assert [each.beds_free for each in tables.told(BedsReported)] == [1]
    assert keys(ReportBeds(hospital, 1)) == (aggregate(hospital),)
