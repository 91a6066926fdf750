"""Generated incidents and reports, for the properties of incident's core."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from beaconfire_contracts.ids import BodyId, IncidentId, ReportId, SeatId
from beaconfire_contracts.places import Owner, Place, Point
from beaconfire_contracts.vocabulary import (
    Channel,
    IncidentClass,
    IncidentStatus,
    OwnerBasis,
    PlaceMethod,
    PlaceState,
    Priority,
)
from beaconfire_incident.adapters.catalogue import load_catalogue
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.domain.report import Report, ToldPosition

NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
CATALOGUE: Final = load_catalogue()
MOMENTS: Final = st.integers(0, 7_200).map(lambda s: NOON + timedelta(seconds=s))
TYPES: Final = st.sampled_from([None, *CATALOGUE.types])
TEXTS: Final = st.sampled_from(
    ["", "smoke", "not breathing", "有人被困", "only the bumper", "着火了"]
)
POINTS: Final = st.builds(Point, st.floats(174.70, 174.72), st.floats(-36.86, -36.84))


def positions() -> st.SearchStrategy[ToldPosition | None]:
    """A position as told, or none."""
    radius = st.none() | st.floats(1, 2_000)
    return st.none() | st.builds(ToldPosition, POINTS, radius, st.sampled_from(list(PlaceMethod)))


@st.composite
def reports(draw: st.DrawFn, name: str = "r") -> Report:
    """One telling."""
    return Report(
        id=ReportId(name),
        incident_id=IncidentId(f"of-{name}"),
        channel=draw(st.sampled_from(list(Channel))),
        type=draw(TYPES),
        text=draw(TEXTS),
        position=draw(positions()),
        address=None,
        observed_at=None,
        received_at=draw(MOMENTS),
        received_by=None,
        body=BodyId("centre"),
        priority=None,
        reporter=None,
        call=None,
        voice_refs=(),
    )


@st.composite
def incidents(draw: st.DrawFn, name: str = "a") -> Incident:
    """An open incident of the centre, of any urgency, anywhere or nowhere."""
    known_at, heard_at = sorted((draw(MOMENTS), draw(MOMENTS)))
    told = draw(positions())
    return Incident(
        id=IncidentId(name),
        number=draw(st.integers(1, 9_999)),
        type=draw(TYPES),
        incident_class=draw(st.none() | st.sampled_from(list(IncidentClass))),
        priority=draw(st.sampled_from(list(Priority))),
        priority_reason=draw(st.sampled_from(["type", "untyped", "trapped", "set_by_desk"])),
        grade=None,
        status=IncidentStatus.OPEN,
        place=Place(PlaceState.UNLOCATED) if told is None else told.place,
        owner=Owner(BodyId("centre"), OwnerBasis.RECEIVED, known_at, known_at),
        seat=SeatId("pool"),
        division="akl",
        opened_at=known_at,
        heard_at=heard_at,
        version=2,
    )
