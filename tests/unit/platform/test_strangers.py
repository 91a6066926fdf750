"""Whoever does not sign in has few rights and a narrow pace."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from beaconfire_platform.access.allow import may_ever
from beaconfire_platform.web.strangers import (
    SOURCES_MAX,
    STRANGER,
    Pace,
    TooFast,
    source_of,
    strangers,
)


def ticking() -> tuple[list[float], Callable[[], float]]:
    now = [0.0]
    return now, lambda: now[0]


def a_request(host: str | None) -> Request:
    return Request({"type": "http", "headers": [], "client": None if host is None else (host, 1)})


def test_a_burst_is_let_through_and_the_next_waits() -> None:
    now, clock = ticking()
    pace = Pace(6, 3, clock=clock)

    for _ in range(3):
        pace.admit("a")
    with pytest.raises(TooFast):
        pace.admit("a")
    pace.admit("b")
    now[0] = 10.0
    pace.admit("a")


@given(st.lists(st.floats(0, 30), max_size=60))
def test_no_source_ever_sends_more_than_its_burst_and_what_time_refilled(
    waits: list[float],
) -> None:
    now, clock = ticking()
    pace, admitted = Pace(6, 3, clock=clock), 0
    for wait in waits:
        now[0] += wait
        try:
            pace.admit("a")
        except TooFast:
            continue
        admitted += 1
    assert admitted <= 3 + now[0] * 6 / 60 + 1e-6


def test_the_memory_of_sources_is_bounded() -> None:
    pace = Pace(1, 1)
    for number in range(SOURCES_MAX + 10):
        pace.admit(str(number))
    pace.admit("0")


def test_a_subscriber_is_one_source_whatever_address_they_take() -> None:
    assert source_of(a_request("2001:db8::1")) == source_of(a_request("2001:db8::ffff"))
    assert source_of(a_request("2001:db8::1")) != source_of(a_request("2001:db8:0:1::1"))
    assert source_of(a_request("192.0.2.1")) == "192.0.2.1"
    assert source_of(a_request("::ffff:192.0.2.1")) == "192.0.2.1"
    assert source_of(a_request(None)) == "unknown"


def test_a_stranger_may_report_and_follow_and_nothing_else() -> None:
    assert may_ever(STRANGER, "report.create")
    assert not may_ever(STRANGER, "incident.read")
    with pytest.raises(ValueError, match="stranger"):
        strangers("incident.read", "incident", Pace(1, 1))
