"""A report: where it was told to be, what duplicates are scored by, on which incident it is."""

from dataclasses import replace

import pytest
from hypothesis import given

from beaconfire_contracts.vocabulary import PlaceState
from beaconfire_incident.domain.duplicates import UNCERTAINTY_DEFAULT_M
from beaconfire_incident.domain.report import Report, ReportMoved

from .tales import reports


@given(reports())
def test_a_place_that_was_told_is_approximate_and_has_a_radius(report: Report) -> None:
    if report.position is None:
        assert (report.place.state, report.telling()) == (PlaceState.UNLOCATED, None)
        return
    assert report.place.state is PlaceState.APPROXIMATE
    assert report.place.uncertainty_m == (report.position.accuracy_m or UNCERTAINTY_DEFAULT_M)
    telling = report.telling()
    assert telling is not None
    assert (telling.point, telling.heard_at) == (report.position.point, report.received_at)


@given(reports())
def test_a_report_that_went_elsewhere_is_not_changed_under_the_wrong_lock(report: Report) -> None:
    report.expect_on(report.incident_id)
    with pytest.raises(ReportMoved):
        replace(report, incident_id=report.incident_id + "x").expect_on(report.incident_id)
