"""Shuffled delivery between streams gives the same demands, responses and recommendations."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.dispatch import ResponseEnded, ResponseOpened, TaskOffered
from beaconfire_contracts.facts.incident import (
    IncidentAbsorbed,
    IncidentClosed,
    IncidentHandled,
    IncidentHeld,
    IncidentMerged,
    IncidentOpened,
    IncidentReclassified,
    IncidentRelocated,
    IncidentReopened,
)
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.places import Owner, Place, Point
from beaconfire_contracts.vocabulary import OwnerBasis, PlaceState, Priority
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City, a_placing, get

TYPES: Final = ("fire.structure", "medical.cardiac-arrest", "hazmat.leak")
CAPABLE: Final = ("engine", "ambulance", "hazmat", "ladder")
_DEMANDS: Final = """
    select incident_id::text, number, type, priority, lon, lat, path, division, owner, opened_at,
           target_at, needs::text, participants, merged_into::text, ended
    from demand
"""


@dataclass
class Day:
    """Six incidents and their streams: incident's own, and what geo says of each."""

    opened: list[IncidentOpened]
    streams: list[list[Fact]]

    def number_of(self, incident_id: str | None) -> int | None:
        """The same incident has the same number in every day of the same beginning."""
        ids = [one.incident_id for one in self.opened]
        return None if incident_id is None else ids.index(incident_id)  # pyright: ignore[reportArgumentType]  (an id is text)


def a_day(city: City, begins_at: datetime) -> Day:
    """Opened, moved, made worse, merged, closed."""
    opened = [
        city.opened(
            TYPES[place % 3],
            priority=1 + place % 4,
            at=(AKL[0] + place / 200, AKL[1]),
            opened_at=begins_at + timedelta(seconds=place),
        )
        for place in range(6)
    ]
    own: list[list[Fact]] = [[one] for one in opened]
    geo: list[list[Fact]] = [[a_placing(one)] for one in opened]
    for place in (1, 3, 5):
        point = Point(AKL[0], AKL[1] - place / 300)
        moved = Place(PlaceState.CONFIRMED, point)
        own[place].append(IncidentRelocated(opened[place].incident_id, moved))
        geo[place].append(replace(a_placing(opened[place], "akl.d2.c7"), point=point))
    first, second, third, fourth = (one.incident_id for one in opened[:4])
    own[3].append(
        replace(
            an_example_of(IncidentReclassified),
            incident_id=fourth,
            type="fire.dwelling",
            priority=Priority.P1,
        )
    )
    own[1].append(IncidentMerged(second, first))
    own[0].append(replace(an_example_of(IncidentAbsorbed), incident_id=first, absorbed_id=second))
    own[2].append(replace(an_example_of(IncidentClosed), incident_id=third))
    return Day(opened, own + geo)


async def _deliver(city: City, day: Day, chance: random.Random | None) -> None:
    """Each stream in its order; the streams one after another, or mixed by chance."""
    left = [list(one) for one in day.streams]
    while any(left):
        waiting = [one for one in left if one]
        stream = waiting[0] if chance is None else chance.choice(waiting)
        await city.running.tell(stream.pop(0))
        if chance is not None and chance.random() < 0.5:
            await city.running.catch_up()
    await city.running.catch_up()


async def _known(city: City, planner: Planner, day: Day) -> tuple[Any, Any]:
    """Demands and recommendations, incidents named by their number in the day."""
    await planner.plan()
    rows: list[Mapping[str, Any]] = await city.running.ground.database.pool.fetch(_DEMANDS)
    demands = {
        day.number_of(row["incident_id"]): {
            **row, "incident_id": None, "merged_into": day.number_of(row["merged_into"]),
        }
        for row in rows
    }  # fmt: skip
    advice = [
        await get(city.desk, f"/v1/incidents/{one.incident_id}/recommendation")
        for one in day.opened
    ]
    proposed = [
        [
            sorted((unit["call_sign"], unit["capability"]) for unit in option["units"])
            for option in one["options"]
        ]
        for one in advice
    ]
    return demands, proposed


async def _forget(database: str) -> None:
    owner = await asyncpg.connect(database)
    await owner.execute("truncate dispatch.demand, dispatch.recommendation, dispatch.snapshot")
    await owner.close()


def _reopened(city: City, incident_id: IncidentId) -> IncidentReopened:
    """Open again, and still the centre's."""
    now = wall_now()
    owner = Owner(BodyId(city.centre.body), OwnerBasis.RECEIVED, now, now)
    return replace(an_example_of(IncidentReopened), incident_id=incident_id, owner=owner)


async def test_streams_shuffled_against_each_other_end_in_the_same_picture(
    city: City, planner: Planner, database: str
) -> None:
    for number, capability in enumerate(CAPABLE * 2):
        at = {"lon": AKL[0] + number / 100, "lat": AKL[1] + 0.01}
        station = await city.add_station(f"X{number}", point=at)
        await city.add_unit(f"X{number}", "rescue", capability, station=station["id"])
    begins_at = wall_now() - timedelta(minutes=1)
    day = a_day(city, begins_at)
    await _deliver(city, day, None)
    expected = await _known(city, planner, day)

    for seed in range(6):
        await _forget(database)
        shuffled = a_day(city, begins_at)
        await _deliver(city, shuffled, random.Random(seed))

        assert await _known(city, planner, shuffled) == expected, seed
    demands, proposed = expected
    assert len(demands) == 6
    assert [bool(one) for one in proposed] == [True, False, False, True, True, True]


async def test_a_response_is_told_once_and_again_only_when_it_asks_for_something_else(
    city: City,
) -> None:
    incident_id = await city.incident("fire.structure", priority=2)
    told = replace(
        an_example_of(IncidentReclassified),
        incident_id=incident_id,
        type="fire.structure",
        priority=Priority.P2,
    )

    await city.running.tell(told, replace(told, type="fire.alarm"), replace(told, type=None))
    await city.running.catch_up()
    await city.close(incident_id)

    first, second, third = await city.running.told(ResponseOpened)
    assert first.response_id == second.response_id == third.response_id
    assert [one.capability for one in second.needs] == ["engine"]
    assert third.needs == ()
    [ended] = await city.running.told(ResponseEnded)
    assert ended.response_id == first.response_id


async def test_what_is_reopened_is_answered_anew_from_now_on(city: City, planner: Planner) -> None:
    opened = city.opened("fire", opened_at=wall_now() - timedelta(hours=1))
    await city.running.tell(opened, a_placing(opened))
    await city.running.catch_up()
    [one] = await city.order(opened.incident_id, "E1")
    await city.step(one, "clear")
    await city.close(opened.incident_id)
    await city.running.tell(_reopened(city, opened.incident_id))
    await city.running.catch_up()
    await planner.plan()

    first, second = await city.running.told(ResponseOpened)
    assert first.response_id != second.response_id
    assert second.opened_at - first.opened_at >= timedelta(hours=1)
    assert second.target_at - second.opened_at == timedelta(seconds=480)
    path = f"/v1/incidents/{opened.incident_id}/recommendation"
    options = (await get(city.desk, path))["options"]
    assert [unit["capability"] for unit in options[0]["units"]] == ["engine"]


@pytest.mark.parametrize("rests", [IncidentHandled, IncidentHeld])
async def test_nobody_is_kept_free_for_what_is_done_or_waits(
    city: City, planner: Planner, rests: type[Any]
) -> None:
    incident_id = IncidentId(await city.incident("fire"))
    path = f"/v1/incidents/{incident_id}/recommendation"
    await planner.plan()
    assert (await get(city.desk, path))["options"]

    await city.running.tell(replace(an_example_of(rests), incident_id=incident_id))
    await city.running.catch_up()
    await planner.plan()
    assert (await get(city.desk, path))["options"] == []

    await city.running.tell(_reopened(city, incident_id))
    await city.running.catch_up()
    await planner.plan()
    assert (await get(city.desk, path))["options"]


@pytest.mark.parametrize("path", [None, "unplaced"])
async def test_what_is_nowhere_is_answered_and_nobody_is_asked_to_look(
    city: City, path: str | None
) -> None:
    await city.incident("traffic.obstruction", at=None, path=path)

    assert len(await city.running.told(ResponseOpened)) == 1
    assert await city.running.told(TaskOffered) == []


async def test_what_is_heard_of_a_closed_incident_opens_nothing_again(city: City) -> None:
    opened = city.opened()
    await city.running.tell(
        opened, replace(an_example_of(IncidentClosed), incident_id=opened.incident_id)
    )
    await city.running.catch_up()

    await city.running.tell(a_placing(opened))
    await city.running.catch_up()

    assert len(await city.running.told(ResponseOpened)) == 1
    assert len(await city.running.told(ResponseEnded)) == 1
