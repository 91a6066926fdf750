"""What dispatch reacts to, and that each reaction locks all that it touches."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts import spec_for
from beaconfire_contracts.facts.agency import BodyRegistered, GrantsChanged, PersonRegistered
from beaconfire_contracts.facts.geo import (
    RoadsClosed,
    RoadsOpened,
    RoadsReleased,
    StationMapped,
    StationUnmapped,
)
from beaconfire_contracts.facts.incident import IncidentMerged
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.application.follow_incident import keys
from beaconfire_dispatch.domain.demand import FOLLOWED
from beaconfire_dispatch.entrypoints.consumer import SOURCES, reactions
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.city import City


def test_it_follows_incidents_workers_and_maps_and_nothing_of_its_own() -> None:
    unused: Any = None
    reacted = reactions(unused, unused, unused, unused, unused, unused)

    maps = {RoadsReleased, RoadsClosed, RoadsOpened, StationMapped, StationUnmapped}
    assert set(reacted) == {*FOLLOWED, BodyRegistered, PersonRegistered, GrantsChanged, *maps}
    assert {spec_for(one).service for one in reacted} == SOURCES == {"incident", "geo", "agency"}


def test_a_merge_locks_both_incidents_since_tasks_move_between_them() -> None:
    merged = replace(an_example_of(IncidentMerged), into_id="other")

    assert set(keys(merged)) == {aggregate(merged.incident_id), aggregate("other")}


async def test_roads_that_were_released_again_replace_the_older(city: City) -> None:
    first = replace(an_example_of(RoadsReleased), roads="main", version=1, sha256="a" * 64)

    await city.running.tell(first, replace(first, version=2, sha256="b" * 64))
    await city.running.catch_up()

    rows = await city.running.ground.database.pool.fetch("select version, sha256 from roads")
    assert [tuple(one) for one in rows] == [(2, "b" * 64)]
