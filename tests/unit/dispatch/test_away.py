"""Who may not be sent at all is counted and named for incidents that it could do something of."""

from beaconfire_contracts.places import Point
from beaconfire_dispatch.domain.engine.away import Away, AwayColumns, AwayFew
from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_dispatch.domain.engine.ruling_out import NAMED_MAX, Named
from beaconfire_dispatch.domain.engine.state import Slot

HERE = Point(174.7, -36.8)


def away(
    name: str, *capabilities: str, east: float = 0.0, reason: str = "at_work", on: str | None = None
) -> Away:
    place = Point(HERE.lon + east, HERE.lat)
    return Away(name, name.upper(), frozenset(capabilities), reason, place, "ours", "akl", on)


def asked(incident_id: str, command: Command | None = None) -> list[Slot]:
    return [
        Slot(incident_id, one, 1, 0.0, 480.0, alternatives=("engine",), command=command)
        for one in ("pump", "engine")
    ]


def test_of_those_that_are_able_the_nearest_are_named_by_reason_and_all_are_counted() -> None:
    units = [away(f"e{nth}", "engine", east=0.5 - nth / 10) for nth in range(5)]
    off = away("l1", "ladder", "engine", reason="out_of_service")

    told = AwayColumns([*units, off, away("a1", "ambulance")]).of(asked("i"), HERE)

    assert told["at_work"].count == 5
    assert [one.unit_id for one in told["at_work"].nearest] == ["e4", "e3", "e2"][:NAMED_MAX]
    assert told["out_of_service"] == AwayFew(1, (Named("l1", "L1"),))


def test_whoever_is_on_the_incident_itself_is_not_missing_there() -> None:
    columns = AwayColumns([away("e1", "engine", on="i"), away("e2", "engine", on="j")])

    assert [one.unit_id for one in columns.of(asked("i"), HERE)["at_work"].nearest] == ["e2"]
    assert [one.unit_id for one in columns.of(asked("j"), HERE)["at_work"].nearest] == ["e1"]


def test_where_nobody_able_is_away_nothing_is_said() -> None:
    assert AwayColumns([]).of(asked("i"), HERE) == {}
    assert AwayColumns([away("a1", "ambulance")]).of(asked("i"), HERE) == {}
    assert AwayColumns([away("e1", "engine", on="i")]).of(asked("i"), HERE) == {}


def test_units_that_whoever_answers_may_not_order_are_not_named_to_them() -> None:
    columns = AwayColumns([away("e1", "engine")])

    assert columns.of(asked("i", Command("theirs", "wlg")), HERE) == {}
    assert columns.of(asked("i", Command("ours")), HERE)["at_work"].count == 1
