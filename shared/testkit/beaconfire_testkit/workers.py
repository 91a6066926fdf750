"""Grid workers of a city under test, and what they are asked to look at."""

from typing import Final

import httpx

from beaconfire_contracts.facts.agency import Grant, PersonRegistered
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City
from beaconfire_testkit.service import a_subject

VERIFIED: Final = "traffic.obstruction"
"""A type whose place a grid worker looks at."""


async def a_worker_of(city: City, reach: str) -> str:
    """Somebody who answers for a reach, as agency tells it."""
    grants = (Grant(Role.GRID_WORKER, BodyId(city.centre.body), reach),)
    told = PersonRegistered(PersonId(new_id()), grants)
    await city.running.tell(told)
    await city.running.catch_up()
    return told.person_id


def as_worker(city: City, person_id: str) -> httpx.AsyncClient:
    """Their own client."""
    subject = a_subject(
        Role.GRID_WORKER, reach="akl.d1", body=city.centre.body, person_id=person_id
    )
    return city.running.client(subject)
