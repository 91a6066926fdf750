"""The score of likeness: between 0 and 1, the same from both sides, never vetoed by type."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_incident.domain.duplicates import (
    ASK_FROM,
    ATTACH_FROM,
    CANDIDATES_MAX,
    WINDOW,
    Telling,
    candidates,
    match_radius_m,
    score,
    words_of,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TYPES = st.sampled_from([None, "fire.structure", "fire.vehicle", "medical.chest-pain"])


@st.composite
def tellings(draw: st.DrawFn) -> Telling:
    return Telling(
        Point(draw(st.floats(-180, 180)), draw(st.floats(-85, 85))),
        draw(st.floats(0, 50_000)),
        NOON + timedelta(seconds=draw(st.integers(0, 9_000))),
        draw(TYPES),
        frozenset(draw(st.sets(st.sampled_from(["roof", "smoke", "着火", "car"])))),
    )


SAME = Telling(Point(174.76, -36.85), 20.0, NOON, "fire.structure", frozenset({"smoke"}))


@given(tellings(), tellings())
def test_a_score_lies_between_nothing_and_one(one: Telling, other: Telling) -> None:
    assert 0.0 <= score(one, other) <= 1.0


@given(tellings(), tellings())
def test_two_tellings_are_as_alike_from_either_side(one: Telling, other: Telling) -> None:
    near = replace(other, point=one.point)

    assert abs(score(one, near) - score(near, one)) < 1e-9
    assert abs(score(one, other) - score(other, one)) < 1e-9


@given(TYPES, TYPES)
def test_a_type_alone_never_vetoes(one: str | None, other: str | None) -> None:
    assert score(replace(SAME, type=one), replace(SAME, type=other)) >= ASK_FROM


@given(tellings())
def test_a_telling_is_most_like_itself(one: Telling) -> None:
    assert score(one, one) >= ATTACH_FROM


def test_what_was_last_heard_of_before_the_window_is_another_incident() -> None:
    late = replace(SAME, heard_at=NOON + WINDOW + timedelta(seconds=1))

    assert score(late, SAME) == 0.0


def test_the_best_come_first_and_a_tie_goes_to_the_older_number() -> None:
    far = replace(SAME, point=Point(174.7625, -36.85))
    known = [(IncidentId(f"i{n}"), n, SAME) for n in range(9, 1, -1)] + [(IncidentId("x"), 1, far)]

    found = candidates(SAME, known)

    assert [one.number for one in found] == [2, 3, 4, 5, 6]
    assert len(found) == CANDIDATES_MAX
    assert found[0].shared_words == ("smoke",)


def test_chinese_is_compared_by_pairs_of_characters() -> None:
    assert words_of("三楼着火 The ROOF") == {"三楼", "楼着", "着火", "roof"}


def test_a_wide_circle_looks_further_and_not_without_end() -> None:
    assert match_radius_m(20.0) == 520.0
    assert match_radius_m(1e6) == 1_500.0
