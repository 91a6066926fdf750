"""What situation takes over HTTP."""

import pytest
from pydantic import ValidationError

from beaconfire_situation.entrypoints.schemas import PictureAsked, TicketIn


def test_a_picture_is_asked_for_a_moment_with_a_zone() -> None:
    assert PictureAsked(at="2026-11-24T10:00:00+13:00").at is not None  # pyright: ignore[reportArgumentType]  (as a query string gives it)
    for wrong in ("2026-11-24T10:00:00", "yesterday", 5):
        with pytest.raises(ValidationError):
            PictureAsked(at=wrong)  # pyright: ignore[reportArgumentType]  (what strangers send)


def test_a_ticket_takes_no_particulars() -> None:
    with pytest.raises(ValidationError):
        TicketIn(seat="D1")  # pyright: ignore[reportCallIssue]  (what strangers send)
