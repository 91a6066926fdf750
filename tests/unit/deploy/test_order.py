"""Who starts after whom, and which wishes can never come true."""

import pytest

from compose.model import BadFile, Condition, Health, Service
from compose.order import in_order, wanted


def services(**needs: tuple[str, ...]) -> dict[str, Service]:
    return {
        name: Service(name, "beaconfire", needs=dict.fromkeys(needed, Condition.STARTED))
        for name, needed in needs.items()
    }


def test_each_comes_after_all_that_it_needs() -> None:
    order = in_order(
        services(gateway=("geo", "agency"), geo=("kafka",), agency=("kafka",), kafka=())
    )

    assert order == ["kafka", "geo", "agency", "gateway"]


def test_a_circle_is_told_with_its_way() -> None:
    with pytest.raises(BadFile, match="a -> b -> c -> a"):
        in_order(services(a=("b",), b=("c",), c=("a",)))


def test_whoever_is_needed_must_be_there() -> None:
    with pytest.raises(BadFile, match="a: needs b, which is not started"):
        in_order(services(a=("b",)))


def test_health_that_nobody_looks_at_is_not_waited_for() -> None:
    waiting = {
        "a": Service("a", "beaconfire", needs={"b": Condition.HEALTHY}),
        "b": Service("b", "beaconfire"),
    }

    with pytest.raises(BadFile, match="b is healthy, which has no healthcheck"):
        in_order(waiting)
    assert in_order({**waiting, "b": Service("b", "beaconfire", health=Health(("true",)))}) == [
        "b",
        "a",
    ]


def test_a_profile_adds_its_services() -> None:
    all_of_them = {
        "a": Service("a", "beaconfire"),
        "b": Service("b", "beaconfire", profiles=frozenset({"demo"})),
    }

    assert list(wanted(all_of_them, frozenset())) == ["a"]
    assert list(wanted(all_of_them, frozenset({"demo"}))) == ["a", "b"]
    with pytest.raises(BadFile, match="profile night is not in the file: demo"):
        wanted(all_of_them, frozenset({"night"}))
