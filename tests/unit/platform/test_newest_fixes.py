"""The newest fix of each unit: any order and any repetition end with the same markers."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.newest_fixes import FIRST_UNITS, NewestFixes

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIXES = st.lists(
    st.builds(
        Fix,
        st.sampled_from("abc"),
        st.sampled_from([174.7, 174.8]),
        st.just(-36.9),
        st.integers(-3, 3).map(lambda second: AT + timedelta(seconds=second)),
        st.sampled_from([None, 5.0, 8.0]),
    ),
    min_size=1,
    max_size=30,
)


def markers(deliveries: list[list[Fix]]) -> dict[str, Fix]:
    newest = NewestFixes()
    for one in deliveries:
        newest.take_in(FixBatch.of(one))
    return {fix.unit_id: fix for fix in newest.all()}


@given(FIXES, st.data())
def test_any_order_and_repetition_gives_the_same_markers(
    fixes: list[Fix], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(fixes), max_size=10))
    shuffled = data.draw(st.permutations(fixes + again))
    cut = data.draw(st.integers(0, len(shuffled)))

    assert markers([shuffled[:cut], shuffled[cut:]]) == markers([[one] for one in fixes])


@given(FIXES)
def test_the_newest_by_observation_is_held(fixes: list[Fix]) -> None:
    for name, held in markers([fixes]).items():
        assert held.observed_at == max(one.observed_at for one in fixes if one.unit_id == name)


def test_only_what_moved_is_returned_and_room_grows() -> None:
    newest = NewestFixes()
    units = [Fix(f"u{number}", 174.7, -36.9, AT) for number in range(3 * FIRST_UNITS)]

    first = newest.take_in(FixBatch.of(units))
    again = newest.take_in(FixBatch.of(units))

    assert (len(first), len(again), len(newest)) == (len(units), 0, len(units))
    assert newest.get("u0") == units[0]
    assert newest.get("nobody") is None
