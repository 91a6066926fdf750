"""Report beds: how many more patients a hospital takes, as it says itself."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.casualties import BedsReported
from beaconfire_contracts.ids import HospitalId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_dispatch.application.bed_ports import Beds
from beaconfire_dispatch.application.ports import Facts


class BedsPromised(Conflict):
    """More patients are on their way there than it says it takes: send them elsewhere first."""


@dataclass(frozen=True, slots=True)
class ReportBeds:
    """Which hospital, and how many patients it takes, those on their way to it included."""

    hospital_id: HospitalId
    beds_free: int


def keys(command: ReportBeds) -> tuple[LockKey, ...]:
    """The hospital."""
    return (aggregate(command.hospital_id),)


async def report_beds(command: ReportBeds, *, beds: Beds, facts: Facts, now: datetime) -> None:
    """Keep and tell it."""
    if not await beds.report(command.hospital_id, command.beds_free, now):
        raise BedsPromised(beds_free=command.beds_free)
    await facts.tell(BedsReported(command.hospital_id, command.beds_free, now))
