"""What would be sent now: the engine asked of an incident that need not be; nothing is kept."""

import asyncio

import msgspec

from beaconfire_dispatch.adapters.circumstances import Witness
from beaconfire_dispatch.adapters.demands import answer_of
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.snapshot import take_snapshot
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.application.queries import AdviceView
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine.explain import Advice, advise
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Database


class EnginePreview:
    """Asks the engine as the planner does, beside all that is open."""

    def __init__(
        self, database: Database, clock: Clock, roads: Roads, whereabouts: Whereabouts
    ) -> None:
        """The same picture and roads that the planner decides on."""
        self._database = database
        self._clock = clock
        self._roads = roads
        self._whereabouts = whereabouts

    async def of(self, demand: Demand) -> AdviceView:
        """Who would go to it now, jointly with everything else that is asked for."""
        now = self._clock.now()
        taken = await take_snapshot(
            self._database, self._roads, self._whereabouts, now, supposed=demand
        )
        name = str(demand.incident_id)
        advice = await asyncio.to_thread(advise, taken.situation, {name})
        found = advice.get(name) or Advice(name, (), (), {})
        told = await Witness(self._database, self._roads, self._whereabouts).tell(taken, [found])
        return AdviceView("", now, msgspec.json.decode(answer_of(found, told[name])))
