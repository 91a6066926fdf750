"""Register a hospital: idempotent by its code, so that a seeding may be repeated."""

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Facts, Registers


def keys(hospital: HospitalRegistered) -> tuple[LockKey, ...]:
    """One code at a time, and the hospital that would have it."""
    return (aggregate(f"hospital-code/{hospital.code}"), aggregate(hospital.hospital_id))


async def register_hospital(
    hospital: HospitalRegistered, *, registers: Registers, facts: Facts
) -> HospitalRegistered:
    """Keep and tell a hospital; the one that has the code already is answered instead."""
    known = await registers.hospital_of(hospital.code)
    if known is not None:
        return known
    await registers.add_hospital(hospital)
    await facts.tell(hospital)
    return hospital
