"""Names of things: lowercase UUIDv7 strings, one type a kind, so that they are never mixed up."""

import re
from typing import Final, NewType

IncidentId = NewType("IncidentId", str)
ReportId = NewType("ReportId", str)
UnitId = NewType("UnitId", str)
StationId = NewType("StationId", str)
HospitalId = NewType("HospitalId", str)
AssignmentId = NewType("AssignmentId", str)
ResponseId = NewType("ResponseId", str)
RecommendationId = NewType("RecommendationId", str)
TaskId = NewType("TaskId", str)
AidId = NewType("AidId", str)
BodyId = NewType("BodyId", str)
PersonId = NewType("PersonId", str)
SeatId = NewType("SeatId", str)
FactId = NewType("FactId", str)
NoteId = NewType("NoteId", str)
SubscriptionId = NewType("SubscriptionId", str)

_UUID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


def is_id(text: str) -> bool:
    """Whether `text` is a lowercase RFC 9562 UUID, the only form of an id that we take."""
    return _UUID.fullmatch(text) is not None
