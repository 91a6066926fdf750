"""What a service is given is enough to answer, tell, hear and close."""

from fastapi import APIRouter

from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.reaction import Reaction
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import running_service


async def test_a_service_hears_through_its_ground_and_is_closed_last(database: str) -> None:
    heard: list[str] = []

    async def build(ground: Ground) -> Service:
        async def effect(told: object, _tx: object) -> None:
            heard.append(type(told.fact).__name__)  # type: ignore[attr-defined]  # an envelope

        async def close() -> None:
            heard.append("closed")

        consumer = Consumer(
            "ears",
            log=ground.log,
            database=ground.database,
            sources=frozenset({"incident"}),
            reactions={IncidentHandled: Reaction(effect)},
        )
        return Service("dispatch", APIRouter(), consumers=[consumer], close=close)

    async with running_service(database, "dispatch", build) as running:
        await running.tell(an_example_of(IncidentHandled))
        await running.catch_up()
        assert running.ground.database.service == "dispatch"

    assert heard == ["IncidentHandled", "closed"]
