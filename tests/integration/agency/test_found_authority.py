"""An authority is founded once: root body, pool seat, first administrator."""

from typing import Any

from beaconfire_agency.application.found_authority import FoundAuthority, found_authority, keys
from beaconfire_contracts.facts.agency import BodyRegistered, PersonRegistered, SeatRegistered


async def test_it_is_founded_once(work: Any) -> None:
    body = work.new_body("root")
    command = FoundAuthority(body, work.new_person("admin", body), "hash")
    tables = work.tables
    ports = {"bodies": tables.bodies, "people": tables.people, "seats": tables.seats}

    first = await found_authority(command, **ports, facts=work.tx)
    second = await found_authority(command, **ports, facts=work.tx)

    assert (first, second) == (True, False)
    assert [type(one) for one in work.told] == [BodyRegistered, SeatRegistered, PersonRegistered]
    assert {body.id, body.pool_seat} <= {key.name for key in keys(command)}
