"""What schemathesis must know about us: our formats, and one check of our own."""

from datetime import UTC, datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st

from beaconfire_platform.web.fields import YEAR_MAX, YEAR_MIN

_FIRST = datetime(YEAR_MIN, 1, 2)  # noqa: DTZ001  (the strategy adds the zone)
_LAST = datetime(YEAR_MAX - 1, 12, 30)  # noqa: DTZ001  (the strategy adds the zone)
_MOMENTS = st.datetimes(min_value=_FIRST, max_value=_LAST, timezones=st.just(UTC))
_ZONES = st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "Pacific/Auckland", "UTC"])
_TOO_SMALL = "too small for a number of degrees"
"""A subnormal number is none that a map or a receiver ever gave."""
_WHOLE_WRITTEN_WITH_A_POINT = "int_type"
"""JSON Schema calls 1.0 an integer; we do not, since a version or a fence is never computed."""

schemathesis.openapi.format("date-time", _MOMENTS.map(datetime.isoformat))
schemathesis.openapi.format("iana-time-zone", _ZONES)


@schemathesis.check
def the_document_tells_every_shape(_ctx: Any, response: Any, case: Any) -> None:
    """Whoever sends what the document allows is refused by meaning alone, never by its shape."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code != 422:
        return
    errors = response.json().get("errors", [])
    misfits = [
        one
        for one in errors
        if one["code"] != _WHOLE_WRITTEN_WITH_A_POINT
        and _TOO_SMALL not in one["detail"]
        and not _follows(one, errors)
    ]
    assert not misfits, f"the document allows what is refused by its shape: {misfits}"


def _follows(error: Any, errors: list[Any]) -> bool:
    """Whether a list is too short only because what is in it was refused: that is counted alone."""
    beneath = f"{error.get('pointer')}/"
    return error["code"] == "too_short" and any(
        str(one.get("pointer")).startswith(beneath) for one in errors
    )
