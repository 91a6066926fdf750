"""Work in small steps gives way before each."""

from beaconfire_dispatch.domain.engine.stepping import nobody, stepping


def test_before_each_step_somebody_may_pass() -> None:
    passed: list[str] = []
    steps = stepping(iter("ab"), lambda: passed.append("pass"))

    assert (next(steps), passed) == ("a", ["pass"])
    assert (next(steps), passed) == ("b", ["pass", "pass"])


def test_with_nobody_to_let_pass_it_is_the_same() -> None:
    assert list(stepping(range(3), nobody)) == [0, 1, 2]
