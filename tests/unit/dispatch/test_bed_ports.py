"""A bed that is kept names whose it is and where."""

from beaconfire_contracts.ids import AssignmentId, HospitalId
from beaconfire_dispatch.application.bed_ports import BedCount, Kept


def test_who_never_said_is_not_who_has_none() -> None:
    assert BedCount(None, 0, None) != BedCount(0, 0, None)
    assert Kept(AssignmentId("a"), HospitalId("h")).hospital_id == "h"
