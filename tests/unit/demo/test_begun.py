"""A city lives its first hours once, goes on where it was broken off, and counts its rounds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire.demo.begun import HISTORY, HOURS, Begun

BEGUN_AT = datetime(2030, 1, 1, tzinfo=UTC)
SPANS = st.timedeltas(timedelta(0), timedelta(days=40))


def test_it_is_kept_in_a_file_and_absent_before(tmp_path: Path) -> None:
    path = tmp_path / "begun.json"
    assert Begun.load(path) is None

    begun = Begun.at(BEGUN_AT)
    begun.save(path)
    assert Begun.load(path) == begun
    begun.lived().save(path)

    assert Begun.load(path) == Begun(BEGUN_AT)
    assert [one.name for one in tmp_path.iterdir()] == ["begun.json"]


def test_a_file_of_an_earlier_version_has_its_first_hours_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "begun.json"
    path.write_text('{"begun_at": "2030-01-01T00:00:00+00:00"}')

    assert Begun.load(path) == Begun(BEGUN_AT)


@given(SPANS)
def test_what_was_broken_off_is_lived_to_its_end_and_what_was_lived_is_lived_once(
    later: timedelta,
) -> None:
    now = BEGUN_AT + later
    again = Begun.at(BEGUN_AT).resumed(now)

    assert again.begun_at == BEGUN_AT
    assert again.lives_until is not None
    assert now < again.lives_until <= now + HISTORY
    assert Begun(BEGUN_AT).resumed(now).lives_until is None


@pytest.mark.parametrize(
    ("minutes", "hour"), [(0, 1), (59, 1), (61, 2), (179, 3), (180, 3), (999, 3)]
)
def test_the_first_hours_are_counted_from_one(minutes: int, hour: int) -> None:
    begun = Begun.at(BEGUN_AT)

    assert HOURS == 3
    assert begun.hour_at(BEGUN_AT + timedelta(minutes=minutes)) == hour
    assert begun.lived().hour_at(BEGUN_AT) == HOURS


@given(st.integers(0, 20), st.timedeltas(timedelta(0), timedelta(days=10) - timedelta.resolution))
def test_each_length_of_the_replay_is_one_more_round(rounds: int, into: timedelta) -> None:
    length = timedelta(days=10)

    assert Begun(BEGUN_AT).round_at(BEGUN_AT + rounds * length + into, length) == rounds + 1
    assert Begun(BEGUN_AT).round_at(BEGUN_AT - into, length) == 1
