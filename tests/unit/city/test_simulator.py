"""A city's days: every call is answered once, nobody is in two places, and rules are kept."""

import math

import pytest

from beaconfire.city.closest import Closest
from beaconfire.city.folder import City
from beaconfire.city.judging import POLICIES
from beaconfire.city.scene import Ambulance, Conditions, Demand, Doing, Scene
from beaconfire.city.simulator import NotAllowed, Simulator
from beaconfire.city.trips import CityRoads


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_call_is_answered_once_and_by_the_same_again(
    city: City, roads: CityRoads, name: str
) -> None:
    calls = city.of_rep(1)

    responses = Simulator(city, roads, POLICIES[name](city, roads)).run(calls)

    assert sorted(one.call.number for one in responses) == [one.number for one in calls]
    delay_s = city.parameters.dispatch_delay_s
    assert all(one.response_s >= delay_s for one in responses)
    again = Simulator(city, roads, POLICIES[name](city, roads)).run(calls)
    assert responses == again


def test_one_call_alone_takes_delay_and_the_way_from_the_nearest_station(
    city: City, roads: CityRoads
) -> None:
    call = city.of_rep(1)[0]

    [found] = Simulator(city, roads, Closest(city)).run([call])

    mode = city.parameters.mode[call.priority]
    starts = [roads.leaving(one, mode) for one in city.stations]
    way_s = float(roads.seconds(starts, [call.site], mode).min())
    assert found.response_s == pytest.approx(50.0 + way_s)


def test_a_second_call_waits_until_the_only_unit_is_free(city: City, roads: CityRoads) -> None:
    class Lonely(Closest):
        def _able(self, scene: Scene, _demand: Demand) -> list[Ambulance]:
            return [one for one in scene.free if one.number == 0]

    first, second = city.of_rep(1)[:2]

    responses = Simulator(city, roads, Lonely(city)).run([first, second])

    reached_s = [one.call.at_s + one.response_s for one in responses]
    assert reached_s[1] >= reached_s[0] + first.on_scene_s


def test_a_policy_that_sends_who_is_busy_is_found_out(city: City, roads: CityRoads) -> None:
    class Careless(Closest):
        def _able(self, scene: Scene, _demand: Demand) -> list[Ambulance]:
            return scene.units[:1]

    with pytest.raises(NotAllowed):
        Simulator(city, roads, Careless(city)).run(city.of_rep(1))


def test_a_call_has_at_most_as_many_diversions_as_it_may(city: City, roads: CityRoads) -> None:
    most = {"ours-0": 0, "ours": 1, "ours-2": 2, "ours-free": math.inf}

    for name, limit in most.items():
        played = Simulator(city, roads, POLICIES[name](city, roads)).run(city.of_rep(2))
        assert all(one.diversions <= limit for one in played)
    spared = POLICIES["ours-spared"](city, roads)
    assert all(
        one.losses <= 1 for one in Simulator(city, roads, spared).run(city.of_rep(2))
    )  # fmt: skip


def test_wrong_beliefs_and_slow_turns_are_the_same_for_the_same_seed(
    city: City, roads: CityRoads
) -> None:
    def played(conditions: Conditions) -> list[float]:
        policy = POLICIES["ours"](city, roads)
        responses = Simulator(city, roads, policy, conditions).run(city.of_rep(1))
        return [one.response_s for one in responses]

    noisy = Conditions(eta_sigma=0.5, retask_s=10.0, seed=3)

    assert played(noisy) == played(noisy)
    assert played(noisy) != played(Conditions())


def test_the_books_hold_work_empty_kilometres_and_moves(city: City, roads: CityRoads) -> None:
    call = city.of_rep(1)[0]
    simulator = Simulator(city, roads, Closest(city))

    [found] = simulator.run([call])

    worked_s = simulator.books.worked_s
    assert worked_s[found.unit] == sum(worked_s) > found.response_s - 50.0 + call.on_scene_s - 1
    assert simulator.books.empty_km > 0
    assert simulator.books.moves == 0
    late = Simulator(city, roads, Closest(city), count_from_s=1e9)
    late.run([call])
    assert (sum(late.books.worked_s), late.books.empty_km) == (0.0, 0.0)


def test_a_unit_that_is_moved_up_stands_there(city: City, roads: CityRoads) -> None:
    class Restless(Closest):
        def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
            return [(one, 0) for one in scene.free if one.station == 1]

    simulator = Simulator(city, roads, Restless(city))

    simulator.run(city.of_rep(1)[:1])

    assert simulator.books.moves >= 2
    with pytest.raises(NotAllowed):
        Simulator(city, roads, _MovesTheBusy(city)).run(city.of_rep(1))


class _MovesTheBusy(Closest):
    def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
        return [(one, 0) for one in scene.units if one.doing is Doing.BUSY]
