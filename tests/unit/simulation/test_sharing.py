"""A person at a desk gets every fifth incident and their own; the clock waits for who is there."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from beaconfire.simulation.sharing import SHARE, WAITS_S_MAX, Sharing

TAKEN_AT = datetime(2030, 1, 1, tzinfo=UTC)
SEATS = st.lists(st.sampled_from(["D1", "D2", "L1", "X1", "X2", "X3", "X4"]), unique=True)
ENDED = {"status": "cancelled"}


def incident(number: int, seat: str = "pool", **more: Any) -> dict[str, Any]:
    said = {"id": f"i{number}", "number": number, "seat": seat, "status": "open"}
    return {**said, "opened_at": (TAKEN_AT + timedelta(seconds=number)).isoformat(), **more}


def sitting(*seats: str) -> dict[str, datetime]:
    return dict.fromkeys(seats, TAKEN_AT)


def sharing_with(*seats: str) -> Sharing:
    """Somebody sits at each; there was nothing open when they came."""
    sharing = Sharing()
    sharing.sit(sitting(*seats))
    sharing.news([])
    sharing.holds([], 0.0)
    return sharing


@given(SEATS.filter(bool), st.integers(1, 60), st.sets(st.integers(0, 59)))
def test_of_each_five_new_incidents_everybody_gets_exactly_one(
    seats: list[str], count: int, own: set[int]
) -> None:
    sharing = sharing_with(*seats)
    given_to = [
        sharing.seat_for(incident(one), seats[0] if one in own else None) for one in range(count)
    ]
    shared = [seat for one, seat in enumerate(given_to) if one not in own]
    turn = max(SHARE, len(seats))

    assert all(given_to[one] == seats[0] for one in own if one < count)
    for begin in range(len(shared) - turn + 1):
        window = shared[begin : begin + turn]
        assert all(window.count(seat) == 1 for seat in seats)
        assert window.count(None) == turn - len(seats)


def test_what_was_told_from_a_desk_that_gives_no_orders_is_shared_like_any_other() -> None:
    sharing = sharing_with("D1")

    assert [sharing.seat_for(incident(one), "C1") for one in range(6)] == [
        "D1", None, None, None, None, "D1",
    ]  # fmt: skip


def test_what_is_under_way_is_nobodys_share_but_may_be_ones_own() -> None:
    sharing = sharing_with("D1")
    sent = incident(1, assignments=[{"status": "en_route"}])

    assert sharing.seat_for(sent, None) is None
    assert sharing.seat_for(incident(2), None) == "D1"
    assert sharing.seat_for(sent, "D1") == "D1"


@given(st.sets(st.integers(0, 99)), st.sets(st.integers(0, 99)))
def test_new_is_what_came_while_somebody_sat_and_nobody_dealt_with(
    before: set[int], after: set[int]
) -> None:
    sharing = Sharing()
    sharing.sit(sitting("D1"))
    assert sharing.news([incident(one) for one in before]) == []

    now = [incident(one) for one in sorted(before | after, reverse=True)]
    found = sharing.news(now)
    assert [one["number"] for one in found] == sorted(after - before)
    assert sharing.news(now) == found  # not dealt with yet
    for one in found:
        sharing.leave(one)
    assert sharing.news(now) == []


def test_what_was_opened_while_nobody_sat_is_nobodys_share_however_late_it_is_seen() -> None:
    sharing = Sharing()
    sharing.news([])
    assert sharing.news([incident(1), incident(9)]) == []  # nobody sits

    sharing.sit({"D1": TAKEN_AT + timedelta(seconds=5)})

    assert [one["number"] for one in sharing.news([incident(9), incident(1)])] == [9]


def test_whoever_stays_keeps_their_turn() -> None:
    sharing = sharing_with("D2")

    assert sharing.seat_for(incident(0), None) == "D2"
    sharing.sit(sitting("D1", "D2"))

    assert [sharing.seat_for(incident(one), None) for one in range(1, 8)] == [
        "D1", None, None, None, "D2", "D1", None,
    ]  # fmt: skip


def test_the_clock_waits_until_the_first_order_was_given() -> None:
    sharing = sharing_with("D1")

    assert not sharing.holds([incident(1)], 1)
    assert sharing.holds([incident(1, "D1")], 2)
    assert not sharing.holds([incident(1, "D1", assignments=[ENDED])], 3)
    assert not sharing.holds([incident(1, "D1", status="handled")], 4)
    assert not sharing.holds([incident(1, "D2")], 5)


@given(st.floats(0, 3 * WAITS_S_MAX), st.floats(0, 3 * WAITS_S_MAX))
def test_whoever_lets_one_wait_for_ten_minutes_holds_nothing_up_until_they_act(
    first_s: float, second_s: float
) -> None:
    sharing = sharing_with("D1")
    sharing.holds([incident(1, "D1")], 0.0)

    first, second = sorted((first_s, second_s))
    away = first >= WAITS_S_MAX
    assert sharing.holds([incident(1, "D1")], first) is not away
    assert sharing.seat_for(incident(2), None) == (None if away else "D1")
    away = second >= WAITS_S_MAX
    assert sharing.holds([incident(1, "D1"), incident(3, "D1")], second) is not away
    acted = [incident(1, "D1", assignments=[ENDED]), incident(3, "D1")]

    assert sharing.holds(acted, second)


def test_one_who_is_away_does_not_keep_the_clock_from_waiting_for_another() -> None:
    sharing = sharing_with("D1", "D2")
    sharing.holds([incident(1, "D1")], 0.0)

    assert not sharing.holds([incident(1, "D1")], WAITS_S_MAX)
    assert sharing.holds([incident(1, "D1"), incident(2, "D2")], WAITS_S_MAX + 1)


def test_what_waited_before_a_restart_holds_nothing_up() -> None:
    sharing = Sharing()
    sharing.sit(sitting("D1"))

    assert not sharing.holds([incident(1, "D1")], 50.0)
    assert not sharing.holds([incident(1, "D1")], 51.0)
    assert not sharing.holds([], 52.0)
    assert sharing.holds([incident(2, "D1")], 53.0)
