"""Calls are told in the order of time, each once, with second callers close by."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire.simulation.api import Refused
from beaconfire.simulation.business import BusinessClock
from beaconfire.simulation.callers import Call, Callers, body_of, second_callers

TOLD_AT = datetime(2030, 1, 1, tzinfo=UTC)
TIMES = st.lists(st.floats(0, 100_000), max_size=40).map(sorted)


def call_at(after_s: float) -> Call:
    return Call(after_s, 174.7, -36.8, "medical.fall", "She fell")


@given(TIMES, st.floats(0, 1))
def test_calls_with_second_callers_stay_in_order_and_none_is_lost(
    times: list[float], share: float
) -> None:
    calls = [call_at(one) for one in times]
    heard = list(second_callers(calls, share=share))

    assert [one.after_s for one in heard] == sorted(one.after_s for one in heard)
    assert [one for one in heard if one.accuracy_m == 30.0] == calls
    assert heard == list(second_callers(calls, share=share))


@given(TIMES)
def test_a_second_caller_stands_close_by(times: list[float]) -> None:
    calls = [call_at(one) for one in times]

    assert list(second_callers(calls, share=0)) == calls
    everyone = list(second_callers(calls, share=1.01))
    assert len(everyone) == 2 * len(calls)
    assert all(abs(one.lon - 174.7) < 0.001 and abs(one.lat + 36.8) < 0.001 for one in everyone)


class Node:
    """The clock, paused, and the reports' door."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.refuses = False

    async def get(self, path: str, **_params: Any) -> Any:
        assert path == "/v1/clock"
        return {"business_time": TOLD_AT.isoformat(), "speed": 1.0, "paused": True}

    async def post(self, path: str, body: object) -> Any:
        assert path == "/v1/reports"
        if self.refuses:
            raise Refused(422, "no", "")
        self.told.append(body)


@pytest.fixture
async def node() -> Node:
    return Node()


async def callers_of(node: Node) -> Callers:
    clock = BusinessClock(node)
    await clock.ask()
    return Callers(node, clock)


async def test_what_an_earlier_run_told_is_not_told_again(node: Node) -> None:
    callers = await callers_of(node)
    calls = [call_at(one) for one in (0, 3_000, 3_550, 3_600)]

    await callers.replay(calls, TOLD_AT - timedelta(hours=1))

    assert [one["observed_at"] for one in node.told] == [
        (TOLD_AT - timedelta(seconds=50)).isoformat(),
        TOLD_AT.isoformat(),
    ]
    assert (callers.told, callers.refused, callers.last_at) == (2, 0, TOLD_AT)


async def test_a_refused_call_stops_nobody(node: Node) -> None:
    node.refuses = True
    callers = await callers_of(node)

    await callers.replay([call_at(0)] * 100, TOLD_AT)

    assert (callers.told, callers.refused) == (0, 100)


def test_a_report_says_when_it_was_seen_and_how_well_the_place_is_known() -> None:
    body = body_of(call_at(5), TOLD_AT)

    assert body["observed_at"] == "2030-01-01T00:00:00+00:00"
    assert body["position"] == {"lon": 174.7, "lat": -36.8, "accuracy_m": 30.0}
