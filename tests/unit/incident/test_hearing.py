"""One more report: a surer place, more urgency, a type; it never takes anything away."""

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.places import Place, Point
from beaconfire_contracts.vocabulary import PlaceMethod, PlaceState
from beaconfire_incident.domain.hearing import better_place, learned
from beaconfire_incident.domain.incident import Incident, merged, split
from beaconfire_incident.domain.report import Report

from .tales import CATALOGUE, POINTS, incidents, reports


@given(incidents(), reports())
def test_a_report_never_lowers_what_is_known(incident: Incident, report: Report) -> None:
    after, told = learned(incident, report, CATALOGUE)

    assert after.priority <= incident.priority
    assert after.version == incident.version + len(told)
    assert after.heard_at >= incident.heard_at
    assert incident.type is None or after.type == incident.type
    assert incident.place.point is None or after.place.point is not None


@given(incidents("a"), incidents("b"), reports())
def test_what_was_said_about_it_while_merged_outlasts_the_split(
    absorbed: Incident, survivor: Incident, report: Report
) -> None:
    (gone, _), (kept, _) = merged(absorbed, survivor)
    heard, _ = learned(kept, report, CATALOGUE)
    _, (alone, _) = split(gone, heard, ())

    directly, _ = learned(survivor, report, CATALOGUE)
    assert alone.priority == directly.priority
    assert alone.heard_at == directly.heard_at


@given(POINTS, st.floats(0.1, 10_000))
def test_a_confirmed_place_stays(point: Point, uncertainty_m: float) -> None:
    confirmed = Place(PlaceState.CONFIRMED, point, 500.0, PlaceMethod.MAP)
    heard = Place(PlaceState.APPROXIMATE, point, uncertainty_m, PlaceMethod.DEVICE)

    assert not better_place(confirmed, heard)
