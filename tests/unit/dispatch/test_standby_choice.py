"""Who would stand better elsewhere: the freed first, then one move within rules and budget."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from beaconfire_contracts.ids import BodyId, StationId, UnitId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import StandbyReason, UnitKind, UnitStatus
from beaconfire_dispatch.domain.engine.standby import CoverCurve, curve
from beaconfire_dispatch.domain.engine_rules import EngineRules
from beaconfire_dispatch.domain.standby import ASK_AGAIN, Standby, StandbyState
from beaconfire_dispatch.domain.standby_choice import Scene, Site, better_places
from beaconfire_dispatch.domain.unit import Unit, primary_of

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MOVES = EngineRules(move_gain_min=0.05, moves_per_hour_max=2)
CURVES = CoverCurve(curve(np.array([[60.0, 1_200.0], [1_200.0, 60.0]]), 480.0), np.ones(2))


def a_unit(name: str, status: UnitStatus = UnitStatus.IN_SERVICE, body: str = "fire") -> Unit:
    return Unit(
        id=UnitId(name), call_sign=name, kind=UnitKind.ENGINE, body=BodyId(body),
        station_id=StationId("s0"), capabilities=frozenset({"engine"}), division="akl",
        status=status, primary=primary_of(status), since=NOW, fence=3, version=1,
    )  # fmt: skip


def a_scene(*units: Unit, rules: EngineRules = MOVES) -> Scene:
    sites = [Site(f"s{at}", "fire", Point(174.0, -36.0)) for at in range(2)]
    return Scene(list(units), {}, sites, rules, moves=0, is_anybody_waiting=False)


def a_word(unit: Unit, state: StandbyState, at: datetime = NOW) -> Standby:
    return Standby(unit.id, StationId("s1"), 3, StandbyReason.MOVE_UP, 0.3, state, at)


def test_whoever_frees_is_proposed_the_place_where_nobody_stands() -> None:
    freed = a_unit("b", UnitStatus.RETURNING)

    [found] = better_places(a_scene(a_unit("a"), freed), CURVES, NOW)

    assert (found.unit_id, found.station_id, found.fence) == ("b", "s1", 3)
    assert found.reason is StandbyReason.FREED
    assert found.gain > 0.05


def test_whoever_had_a_word_since_its_last_order_is_left_in_peace() -> None:
    freed = a_unit("b", UnitStatus.RETURNING)
    scene = a_scene(a_unit("a"), freed, rules=EngineRules())
    declined = replace(scene, words={"b": a_word(freed, StandbyState.DECLINED)})

    assert better_places(declined, CURVES, NOW) == []


def test_two_that_free_at_once_do_not_go_to_the_same_place() -> None:
    units = [a_unit(name, UnitStatus.CLEARED) for name in ("a", "b")]

    found = better_places(a_scene(*units), CURVES, NOW)

    assert [(one.unit_id, one.station_id) for one in found] == [("a", "s1")]


def test_a_unit_moves_up_only_where_the_rules_say_so() -> None:
    units = a_unit("a"), a_unit("b")

    [move] = better_places(a_scene(*units), CURVES, NOW)

    assert (move.reason, move.station_id) == (StandbyReason.MOVE_UP, "s1")
    assert better_places(a_scene(*units, rules=EngineRules()), CURVES, NOW) == []
    dear = replace(MOVES, move_gain_min=0.99)
    assert better_places(a_scene(*units, rules=dear), CURVES, NOW) == []


def test_of_several_kinds_that_could_move_one_moves_at_a_time() -> None:
    engines = [a_unit(name) for name in ("a", "b")]
    ladders = [replace(a_unit(name), kind=UnitKind.LADDER) for name in ("c", "d")]
    freed = replace(a_unit("e", UnitStatus.RETURNING, body="police"), kind=UnitKind.POLICE)
    scene = a_scene(*engines, *ladders, freed)

    found = better_places(replace(scene, rules=replace(MOVES, moves_per_hour_max=1)), CURVES, NOW)

    assert [one.reason for one in found].count(StandbyReason.MOVE_UP) == 1


@pytest.mark.parametrize("why", ["budget", "waiting", "open"])
def test_nobody_moves_up_past_the_budget_or_while_somebody_waits_or_one_is_open(why: str) -> None:
    scene = a_scene(a_unit("a"), a_unit("b"))
    word = a_word(a_unit("c"), StandbyState.PROPOSED)
    held = {
        "budget": replace(scene, moves=2),
        "waiting": replace(scene, is_anybody_waiting=True),
        "open": replace(scene, words={"c": word}),
    }[why]

    assert better_places(held, CURVES, NOW) == []


def test_whoever_said_no_is_asked_again_after_a_while() -> None:
    scene = a_scene(a_unit("a"), a_unit("b"))
    said = {name: a_word(a_unit(name), StandbyState.DECLINED) for name in ("a", "b")}

    assert better_places(replace(scene, words=said), CURVES, NOW) == []
    later = NOW + ASK_AGAIN + timedelta(seconds=1)
    assert len(better_places(replace(scene, words=said), CURVES, later)) == 1


def test_who_was_sent_elsewhere_counts_there_and_bodies_do_not_mix() -> None:
    a, b, other = a_unit("a"), a_unit("b"), a_unit("c", body="police")
    scene = a_scene(a, b, other)
    sent = replace(scene, words={"b": a_word(b, StandbyState.ORDERED)})

    assert better_places(sent, CURVES, NOW) == []


def test_nobody_is_proposed_a_station_that_the_map_has_no_longer() -> None:
    freed = a_unit("b", UnitStatus.RETURNING)
    scene = a_scene(a_unit("a"), freed)
    gone = replace(scene.stations[1], is_retired=True)

    assert better_places(replace(scene, stations=[scene.stations[0], gone]), CURVES, NOW) == []
