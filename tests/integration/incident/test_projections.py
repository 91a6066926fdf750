"""What others told: where it lies, who was sent, who was asked."""

from dataclasses import replace

from beaconfire_contracts.facts import dispatch as units
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.ids import IncidentId
from beaconfire_incident.adapters.projections import ENDED, STEPS
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import Centre


async def test_geo_places_it_and_the_place_as_told_stays(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    before = (await centre.incident(one))["place"]
    placed = replace(an_example_of(IncidentPlaced), incident_id=one, path="akl.d1.c1", cell="c1")

    await centre.running.tell(placed)
    await centre.running.catch_up()

    after = await centre.incident(one)
    assert (after["path"], after["cell"], after["place"]) == ("akl.d1.c1", "c1", before)


async def test_outside_every_cell_the_nearest_is_named_until_it_lies_in_one(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    before = (await centre.incident(one))["place"]
    outside = replace(
        an_example_of(IncidentPlaced), incident_id=one, path="unplaced", cell="unplaced",
        nearest_cell="g123", nearest_distance_m=1_200.0,
    )  # fmt: skip

    await centre.running.tell(outside)
    await centre.running.catch_up()
    shown = (await centre.incident(one))["place"]
    inside = replace(outside, path="akl.g123", cell="g123", nearest_cell=None)
    await centre.running.tell(replace(inside, nearest_distance_m=None))
    await centre.running.catch_up()

    assert shown == before | {
        "state": "outside", "nearest_cell": "g123", "nearest_distance_m": 1_200.0,
    }  # fmt: skip
    assert (await centre.incident(one))["place"] == before


async def test_an_assignment_that_moved_away_is_here_no_more(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    await centre.running.tell(
        replace(an_example_of(units.AssignmentDispatched), incident_id=one),
        replace(an_example_of(units.AssignmentOnScene), incident_id=one),
    )
    await centre.running.catch_up()
    assert (await centre.incident(one))["phase"] == "on_scene"

    await centre.running.tell(replace(an_example_of(units.AssignmentMovedAway), incident_id=one))
    await centre.running.catch_up()

    assert (await centre.incident(one))["assignments"] == []
    assert set(STEPS.values()) >= ENDED
