"""A place says how well it is known; unplaced is a word."""

import dataclasses

import pytest

from beaconfire_contracts.places import UNPLACED, Place, Point
from beaconfire_contracts.vocabulary import PlaceState


def test_a_place_may_be_unknown_and_says_so() -> None:
    place = Place(PlaceState.UNLOCATED)

    assert place.point is None
    assert place.uncertainty_m is None


def test_unplaced_is_a_word_and_never_an_empty_path() -> None:
    assert UNPLACED
    assert "." not in UNPLACED


def test_longitude_comes_first() -> None:
    assert Point(174.76, -36.85).lon == 174.76


def test_a_place_does_not_change_under_its_reader() -> None:
    point = Point(174.76, -36.85)

    with pytest.raises(dataclasses.FrozenInstanceError):
        point.lon = 0.0  # pyright: ignore[reportAttributeAccessIssue]  (that is what is tested)
