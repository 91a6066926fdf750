"""Bodies of incident's routes: strict, bounded, with moments that name their zone."""

import pytest
from pydantic import ValidationError

from beaconfire_incident.entrypoints.schemas import HoldIn, PublicReportIn, ReporterIn, ReportIn


@pytest.mark.parametrize("phone", ["+64 21 000-000", "110", "*57#"])
def test_a_telephone_number_is_taken_as_it_is_dialled(phone: str) -> None:
    assert ReporterIn(phone=phone).phone == phone


@pytest.mark.parametrize("phone", ["", "1", "javascript:1", "1" * 33])
def test_what_cannot_be_dialled_is_no_telephone_number(phone: str) -> None:
    with pytest.raises(ValidationError):
        ReporterIn(phone=phone)


def test_a_report_needs_nothing_but_its_channel() -> None:
    report = ReportIn.model_validate_json('{"channel": "phone"}')

    assert (report.text, report.position, report.priority) == ("", None, None)


@pytest.mark.parametrize(
    "body",
    ['{"channel": "phone", "priority": "1"}', '{"channel": "phone", "priority": 5}',
     '{"channel": "pigeon"}', '{"channel": "phone", "observed_at": "2026-11-24T12:00:00"}'],
)  # fmt: skip
def test_what_fits_no_field_is_refused(body: str) -> None:
    with pytest.raises(ValidationError):
        ReportIn.model_validate_json(body)


def test_a_citizen_has_to_say_something_and_a_hold_its_reason() -> None:
    with pytest.raises(ValidationError):
        PublicReportIn.model_validate_json('{"text": "x"}')
    with pytest.raises(ValidationError):
        HoldIn.model_validate_json("{}")
