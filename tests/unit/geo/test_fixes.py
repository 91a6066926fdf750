"""The last fix of each unit: newest by observation, never from the far future."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_geo.domain.fixes import AHEAD_MAX, LastFixes
from beaconfire_platform.positions import Fix
from beaconfire_testkit.builders import NOON

FIXES = st.lists(
    st.builds(
        Fix,
        st.sampled_from("abc"),
        st.just(174.7),
        st.just(-36.9),
        st.integers(-600, 600).map(lambda s: NOON + timedelta(seconds=s)),
    ),
    max_size=30,
)


@given(FIXES, st.integers(1, 30))
def test_however_they_come_in_the_newest_that_can_be_is_held(fixes: list[Fix], cut: int) -> None:
    last: LastFixes[Fix] = LastFixes()

    last.take_in(fixes[:cut], latest=NOON)
    last.take_in(fixes[cut:], latest=NOON)

    for name, held in last.held.items():
        credible = [
            one.observed_at
            for one in fixes
            if one.unit_id == name and one.observed_at <= NOON + AHEAD_MAX
        ]
        assert held.observed_at == max(credible)


def test_what_is_drained_counts_as_written_until_it_moves_again() -> None:
    last: LastFixes[Fix] = LastFixes()
    first = Fix("a", 174.7, -36.9, NOON)
    later = Fix("a", 174.8, -36.9, NOON + timedelta(seconds=1))

    assert last.take_in([first], latest=NOON) == [first]
    assert last.drain() == [first]
    assert last.drain() == []
    assert last.take_in([first], latest=NOON) == []
    assert last.take_in([later], latest=NOON) == [later]
    assert last.drain() == [later]
