"""A neighbourhood under test: a city's centre, two neighbours with units, and who stands above."""

from dataclasses import dataclass, replace

import httpx

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import BodyKind, Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL
from beaconfire_testkit.city import City
from beaconfire_testkit.service import a_subject


@dataclass
class Neighbourhood:
    """The bodies around a city's centre, by their ids; `N1` and `N2` are their engines."""

    city: City
    above: str
    near: str
    far: str
    below: dict[str, str]
    """Whose the engine of each neighbour is, where it is not the neighbour's own."""

    def desk(self, body: str, role: Role = Role.DISPATCHER) -> httpx.AsyncClient:
        """Somebody of a body, who reaches nothing but what is that body's."""
        return self.city.running.client(a_subject(role, reach=f"of-{body}", body=body))


async def a_neighbourhood(city: City, *, is_a_level_below: bool = False) -> Neighbourhood:
    """Two neighbours under one city: one is near with an engine, the other further away.

    The engines are the neighbours' own, or those of a body `is_a_level_below` each.
    """
    made = Neighbourhood(city, new_id(), new_id(), new_id(), {})
    if is_a_level_below:
        made.below.update({made.near: new_id(), made.far: new_id()})
    mine = str(city.centre.body)
    parents = {made.above: None, mine: made.above, made.near: made.above, made.far: made.above}
    for body, parent in (parents | {child: up for up, child in made.below.items()}).items():
        told = replace(
            an_example_of(BodyRegistered),
            body_id=BodyId(body),
            kind=BodyKind.FIRE,
            territorial_parent=None if parent is None else BodyId(parent),
            division="akl" if body == mine else f"of-{body}",
        )
        await city.running.tell(told)
    await city.running.catch_up()
    for nth, (body, sign) in enumerate(((made.near, "N1"), (made.far, "N2")), 1):
        point = {"lon": AKL[0] + 0.05 * nth, "lat": AKL[1]}
        whose = made.below.get(body, body)
        station = await city.add_station(f"S{sign}", body=whose, point=point)
        await city.add_unit(sign, "engine", station=station["id"])
    return made
