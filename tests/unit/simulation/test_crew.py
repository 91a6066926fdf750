"""A crew's whole way through an order, told to the API step by step at its own moments."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from beaconfire.simulation.api import Refused
from beaconfire.simulation.crew import Crew, Home, Order

BEGUN_AT = datetime(2026, 5, 1, 8, tzinfo=UTC)
HOME = Home("unit-1", "A1", 174.70, -36.80, carries_patients=True)
FIRST = Order("assignment-1", "incident-1", 7)


class Town:
    """The API as a crew meets it: straight roads of five minutes, one incident."""

    def __init__(self, *, kind: str = "medical.fall") -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.refusing: dict[str, int] = {}
        self.code = "conflict"
        self.point: dict[str, float] | None = {"lon": 174.75, "lat": -36.85}
        self.kind = kind

    async def get(self, path: str, **_params: Any) -> Any:
        assert path == "/v1/incidents/incident-1"
        return {"type": self.kind, "place": {"point": self.point}}

    async def post(self, path: str, body: Any) -> Any:
        verb = path.rsplit("/", 1)[-1]
        self.told.append((verb, body))
        if verb in self.refusing:
            raise Refused(self.refusing[verb], self.code, "")
        ends = (
            [[body[end]["lon"], body[end]["lat"]] for end in ("source", "target")]
            if verb == "routes"
            else []
        )
        return {"geometry": {"coordinates": ends}, "times_s": [0.0, 300.0]}

    @property
    def steps(self) -> list[str]:
        return [verb for verb, _ in self.told if verb != "routes"]


def crew_of(town: Town) -> Crew:
    return Crew(HOME, town, [("far", 175.5, -37.5), ("near", 174.76, -36.86)])


async def live(crew: Crew, *, hours: float = 4, step_s: float = 60) -> None:
    for number in range(int(hours * 3_600 / step_s)):
        await crew.advance(BEGUN_AT + timedelta(seconds=number * step_s))


async def test_an_order_is_carried_through_to_the_station() -> None:
    town = Town(kind="fire.alarm")
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)

    await live(crew)

    assert town.steps == ["acknowledge", "en-route", "on-scene", "clear", "status"]
    assert crew.place == (HOME.lon, HOME.lat)
    assert crew.order is None
    assert not crew.is_moving


async def test_a_patient_is_brought_to_the_nearest_hospital() -> None:
    carried = 0
    for number in range(20):
        town = Town()
        crew = crew_of(town)
        crew.take(Order(f"assignment-{number}", "incident-1", 1), BEGUN_AT)
        await live(crew)
        for verb, body in town.told:
            if verb == "transport":
                carried += 1
                assert body["hospital_id"] == "near"
    assert 10 <= carried <= 20


async def test_each_step_is_told_with_its_own_rising_moment_and_the_fence() -> None:
    town = Town()
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)

    await crew.advance(BEGUN_AT + timedelta(hours=6))

    told = [body for verb, body in town.told if verb not in ("routes", "status")]
    moments = [datetime.fromisoformat(one["occurred_at"]) for one in told]
    assert moments == sorted(set(moments))
    assert moments[0] > BEGUN_AT
    assert {one["fence"] for one in told} == {7}


@pytest.mark.parametrize("step_s", [0.5, 7, 600])
async def test_how_often_it_is_looked_at_changes_nothing(step_s: float) -> None:
    fast, slow = Town(), Town()
    for town, each_s in ((fast, step_s), (slow, 60.0)):
        crew = crew_of(town)
        crew.take(FIRST, BEGUN_AT)
        await live(crew, step_s=each_s)

    assert fast.told == slow.told


async def test_an_order_taken_back_turns_it_round_from_where_it_is() -> None:
    town = Town()
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)
    await crew.advance(BEGUN_AT + timedelta(seconds=200))
    lon = crew.where(BEGUN_AT + timedelta(seconds=200))[0]
    assert HOME.lon < lon < 174.75

    crew.lose_order(BEGUN_AT + timedelta(seconds=200))
    await crew.advance(BEGUN_AT + timedelta(seconds=200))

    verb, body = town.told[-1]
    assert verb == "routes"
    assert body["source"]["lon"] == lon
    assert body["target"] == {"lon": HOME.lon, "lat": HOME.lat}


async def test_a_place_that_moved_is_acknowledged_and_driven_to_from_where_it_is() -> None:
    town = Town(kind="fire.alarm")
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)
    moved_at = BEGUN_AT + timedelta(seconds=200)
    await crew.advance(moved_at)
    lon = crew.where(moved_at)[0]
    town.point = {"lon": 174.72, "lat": -36.9}

    crew.redirect(
        Order("assignment-1", "incident-1", 7, "en_route", address_changed=True), moved_at
    )
    await crew.advance(moved_at)

    [(first, known), (second, route)] = town.told[-2:]
    assert (first, known["fence"], second) == ("acknowledge", 7, "routes")
    assert route["source"]["lon"] == lon
    assert route["target"] == town.point
    await live(crew)
    assert town.steps[-3:] == ["on-scene", "clear", "status"]


async def test_who_works_already_only_says_that_the_new_address_is_known() -> None:
    town = Town(kind="fire.alarm")
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)
    on_scene_at = BEGUN_AT + timedelta(seconds=420)
    await crew.advance(on_scene_at)
    assert town.steps[-1] == "on-scene"

    crew.redirect(Order("assignment-1", "incident-1", 7, "on_scene"), on_scene_at)
    await live(crew)

    assert town.steps[-3:] == ["acknowledge", "clear", "status"]


async def test_without_a_place_it_waits_until_there_is_one() -> None:
    town = Town()
    town.point = None
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)
    await live(crew, hours=0.1, step_s=10)
    assert not crew.is_moving

    town.point = {"lon": 174.75, "lat": -36.85}
    await live(crew)

    assert town.steps.count("en-route") == 1
    assert town.steps[-1] == "status"


@pytest.mark.parametrize("verb", ["acknowledge", "en-route", "on-scene", "clear"])
async def test_a_step_that_conflicts_sends_it_home(verb: str) -> None:
    town = Town(kind="fire.alarm")
    town.refusing[verb] = 409
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)

    await live(crew)

    assert town.steps[-2:] == [verb, "status"]
    assert crew.place == (HOME.lon, HOME.lat)


@pytest.mark.parametrize("status", [404, 409])
@pytest.mark.parametrize("verb", ["routes", "status"])
async def test_a_way_home_that_is_refused_is_not_asked_for_without_end(
    verb: str, status: int
) -> None:
    town = Town()
    town.refusing[verb] = status
    crew = crew_of(town)
    crew.lose_order(BEGUN_AT)

    await live(crew, hours=1)

    assert 1 <= len(town.told) <= 130


@pytest.mark.parametrize("verb", ["on-scene", "clear", "status"])
async def test_a_step_met_by_an_absent_node_is_told_later(verb: str) -> None:
    town = Town(kind="fire.alarm")
    town.refusing[verb] = 503
    crew = crew_of(town)
    crew.take(FIRST, BEGUN_AT)
    await live(crew)

    town.refusing.clear()
    await crew.advance(BEGUN_AT + timedelta(hours=8))

    assert town.steps[-1] == "status"
    assert crew.order is None


async def test_what_is_told_ahead_of_a_slowed_clock_is_told_again_with_the_same_moment() -> None:
    town = Town(kind="fire.alarm")
    crew = crew_of(town)
    town.refusing, town.code = {"en-route": 422}, "ahead_of_clock"
    crew.take(FIRST, BEGUN_AT)

    await live(crew, hours=0.1)
    town.refusing = {}
    await live(crew)

    told = [body["occurred_at"] for verb, body in town.told if verb == "en-route"]
    assert len(told) > 1
    assert len(set(told)) == 1
    assert town.steps[-1] == "status"


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("acknowledged", ["en-route", "on-scene", "clear", "status"]),
        ("en_route", ["en-route", "on-scene", "clear", "status"]),
        ("on_scene", ["clear", "status"]),
        ("transporting", ["at-hospital", "clear", "status"]),
        ("at_hospital", ["clear", "status"]),
    ],
)
async def test_a_crew_that_was_away_goes_on_where_its_order_is(
    status: str, steps: list[str]
) -> None:
    town = Town(kind="fire.alarm")
    crew = crew_of(town)
    crew.wake(174.75, -36.85, BEGUN_AT)
    crew.take(Order("assignment-1", "incident-1", 7, status), BEGUN_AT)

    assert crew.where(BEGUN_AT)[:2] == (174.75, -36.85)
    await live(crew)

    assert town.steps == steps
    assert crew.place == (HOME.lon, HOME.lat)


async def test_a_crew_that_was_seen_far_from_home_drives_home_and_one_at_home_stays() -> None:
    far, near = Town(), Town()
    away, home = crew_of(far), crew_of(near)
    away.wake(174.75, -36.85, BEGUN_AT)
    home.wake(HOME.lon + 0.000001, HOME.lat, BEGUN_AT)

    await live(away)
    await live(home)

    assert far.steps == ["status"]
    assert away.place == (HOME.lon, HOME.lat)
    assert near.told == []


def test_an_order_stays_the_same_whatever_its_status_says() -> None:
    assert Order("a", "i", 1, "on_scene") == Order("a", "i", 1)
