"""What the suite compares with notices each way in which a trace can be wrong."""

from beaconfire_testkit.log_harness import Trace, compare

TOLD = {"a": 3, "b": 1}


def test_a_whole_trace_is_clean() -> None:
    assert compare(TOLD, Trace([("a", 1), ("b", 1), ("a", 2), ("a", 3)])).clean


def test_what_is_missing_is_lost() -> None:
    found = compare(TOLD, Trace([("a", 1), ("a", 3)]))

    assert found.lost == [("a", 2), ("b", 1)]
    assert not found.clean


def test_what_came_twice_is_a_repeat() -> None:
    found = compare(TOLD, Trace([("a", 1), ("a", 2), ("a", 2), ("a", 3), ("b", 1)]))

    assert found.repeated == [("a", 2)]
    assert not found.clean


def test_what_came_in_another_order_is_named() -> None:
    found = compare(TOLD, Trace([("a", 2), ("a", 1), ("a", 3), ("b", 1)]))

    assert found.reordered == ["a"]
    assert not found.clean
