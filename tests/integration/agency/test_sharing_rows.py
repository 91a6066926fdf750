"""What is known and what was shown, as rows: read back as it was kept, versions without a gap."""

from typing import Any

from beaconfire_agency.domain import known_incident, known_unit
from beaconfire_agency.domain.known_incident import OF_INCIDENT
from beaconfire_contracts.facts import spec_for
from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_contracts.shared_events import IncidentWithdrawn
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of

from .subscribers import Shared


async def test_an_incident_with_everything_comes_back_as_it_was(shared: Shared) -> None:
    known = await shared.sharing.incident(IncidentId(new_id()))
    for kind in sorted(
        OF_INCIDENT, key=lambda one: (one.__name__ != "IncidentOpened", one.__name__)
    ):
        known = known_incident.with_fact(an_example_of(kind), known, "autumn")
        await shared.sharing.keep(known, spec_for(kind).service)

    assert await shared.sharing.incident(known.id) == known
    assert None not in (known.file, known.spot, known.sight)


async def test_a_unit_comes_back_as_it_was(shared: Shared) -> None:
    unknown = await shared.sharing.unit(UnitId(new_id()))
    known = known_unit.with_fact(an_example_of(UnitRegistered), unknown)
    await shared.sharing.keep(known, "dispatch")

    assert await shared.sharing.unit(known.id) == known
    assert known in await shared.sharing.standing([known.id, new_id()])


async def test_the_same_event_twice_is_sent_once(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    made = await shared.subscribe(power)
    opened = known_incident.with_fact(
        an_example_of(next(iter({k for k in OF_INCIDENT if k.__name__ == "IncidentOpened"}))),
        await shared.sharing.incident(IncidentId(new_id())),
        None,
    )
    assert opened.shown is not None
    gone = IncidentWithdrawn(opened.id)

    for event in (opened.shown, opened.shown, gone, gone, opened.shown):
        await shared.sharing.put(made, event)

    told = await shared.told(power.id)
    assert [version for _, version, _ in told[1:]] == [1, 2, 3]
    assert await shared.sharing.subscribers(opened.id) == [(made, True)]
