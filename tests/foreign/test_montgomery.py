"""Duplicates on real calls: 18 days of a county, where half of all near pairs cross services.

The file's licence is not certain (see its SOURCES.md), so that it is read from beside the checkout.
"""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from beaconfire_contracts.places import Point
from beaconfire_incident.domain.duplicates import ASK_FROM, Telling, score, words_of
from beaconfire_spatial.geometry import LonLat, distance_m

CALLS: Final = (
    Path(__file__).parents[3]
    / "shared/data/montgomery_911/calls_2015-12-10_2015-12-27.csv.gz"
)  # fmt: skip
NEAR_M: Final = 300.0
SOON: Final = timedelta(minutes=10)
DEGREES_MAX: Final = 0.01
"""More of latitude than this is farther than NEAR_M: spares a measuring."""
_SERVICE: Final = {"EMS": "medical.sick", "Fire": "fire.smoke", "Traffic": "traffic.collision"}
pytestmark = pytest.mark.foreign


def _tellings() -> list[Telling]:
    with gzip.open(CALLS, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = [
        Telling(
            Point(float(row["lon"]), float(row["lat"])),
            50.0,
            datetime.fromisoformat(row["received_local"]).replace(tzinfo=UTC),
            _SERVICE[row["kind"]],
            words_of(f"{row['nature']} {row['address']}"),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.heard_at)


def _pairs(tellings: list[Telling]) -> Iterator[tuple[Telling, Telling, float]]:
    """Each pair within ten minutes and 300 metres, and the metres between."""
    for place, one in enumerate(tellings):
        for other in tellings[place + 1 :]:
            if other.heard_at - one.heard_at > SOON:
                break
            if abs(one.point.lat - other.point.lat) < DEGREES_MAX:
                apart_m = distance_m(
                    LonLat(one.point.lon, one.point.lat), LonLat(other.point.lon, other.point.lat)
                )
                if apart_m <= NEAR_M:
                    yield one, other, apart_m


def test_calls_of_two_services_about_one_place_are_asked_about() -> None:
    pairs = list(_pairs(_tellings()))
    crossing = [(one, other) for one, other, _ in pairs if one.type != other.type]
    together = [
        (one, other) for one, other, m in pairs if one.type != other.type and m <= NEAR_M / 3
    ]

    assert (len(pairs), len(crossing)) == (759, 475)
    assert len(together) >= 100, "too few: this proves nothing"
    assert [pair for pair in together if score(*pair) < ASK_FROM] == []


def test_another_kind_lowers_the_score_and_never_vetoes() -> None:
    for one, other, _ in _pairs(_tellings()):
        same = score(one, replace(other, type=one.type))
        if one.type != other.type and same > 0:
            assert same / 2 < score(one, other) < same
