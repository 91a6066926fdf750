"""Casualties in the picture: the last count, where each unit goes, how many beds a hospital has."""

from beaconfire_contracts.facts.casualties import (
    BedsReported,
    CasualtiesCounted,
    DestinationProposed,
    DestinationReleased,
)
from beaconfire_situation.domain.fold_casualties import BEDS, CASUALTIES
from beaconfire_testkit.builders import AN_ID, an_example_of


def test_the_last_count_stands() -> None:
    counted = an_example_of(CasualtiesCounted)

    assert CASUALTIES[CasualtiesCounted](counted, {})["casualties"]["immediate"] == 1


def test_a_unit_has_a_destination_until_it_is_released() -> None:
    going = CASUALTIES[DestinationProposed](an_example_of(DestinationProposed), {})
    done = CASUALTIES[DestinationReleased](an_example_of(DestinationReleased), going)

    assert going["assignments"][AN_ID]["destination"]["hospital_id"] == AN_ID
    assert done["assignments"][AN_ID]["destination"] is None


def test_beds_stand_beside_what_else_is_known_of_a_hospital() -> None:
    kind, fold = BEDS[BedsReported]

    assert kind == "hospital"
    assert fold(an_example_of(BedsReported), {"code": "H1"})["code"] == "H1"
    assert fold(an_example_of(BedsReported), {"code": "H1"})["beds_free"] == 1
