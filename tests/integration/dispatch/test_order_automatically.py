"""The order that nobody gave: only by the newest recommendation, and not of what is unheard of."""

from typing import Any

from beaconfire_contracts.ids import AssignmentId, IncidentId, RecommendationId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_dispatch.adapters.automatic_rows import PgAutomaticOrders
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.application.automatic_ports import Ordering
from beaconfire_dispatch.application.order_automatically import (
    OrderAutomatically,
    keys,
    order_automatically,
)
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City


class _NoRoad:
    """Nobody's way is known."""

    async def seconds(self, unit_ids: Any, goal: Any) -> dict[UnitId, float]:
        del unit_ids, goal
        return {}


async def _follow(tables: Any, command: OrderAutomatically) -> list[Any]:
    one = tables.tx.connection
    ordering = Ordering(
        PgAutomaticOrders(one), tables.units, tables.assignments, tables.demands, tables.policies,
        PgEngineRules(one), tables.deadlines, _NoRoad(), tables.tx,
    )  # fmt: skip
    return await order_automatically(command, ordering=ordering, now=wall_now())


def _command(city: City, incident_id: str) -> OrderAutomatically:
    unit_id = UnitId(city.units["E1"]["id"])
    return OrderAutomatically(
        RecommendationId(new_id()), IncidentId(incident_id), {unit_id: AssignmentId(new_id())}
    )


async def test_what_was_never_heard_of_is_not_ordered(city: City, tables: Any) -> None:
    command = _command(city, new_id())

    assert await _follow(tables, command) == []
    assert keys(command)[0] == aggregate(command.incident_id)
    assert len(keys(command)) == 2


async def test_an_older_recommendation_is_not_followed(city: City, tables: Any) -> None:
    command = _command(city, await city.incident("fire"))
    await tables.tx.connection.execute("update policy set mode = 'auto'")
    await tables.tx.connection.execute(
        "insert into snapshot (snapshot_id, taken_at, picture) values ($1, now(), '{}')",
        command.recommendation_id,
    )
    for nth, name in enumerate((command.recommendation_id, new_id())):
        await tables.tx.connection.execute(
            "insert into recommendation (recommendation_id, incident_id, made_at, units, answer, "
            "snapshot_id) values ($1, $2, now() + make_interval(secs => $3), $4, '{}', $5)",
            name, command.incident_id, float(nth), list(command.assignment_ids),
            command.recommendation_id,
        )  # fmt: skip

    assert await _follow(tables, command) == []
    await tables.tx.connection.execute(
        "delete from recommendation where recommendation_id <> $1", command.recommendation_id
    )
    [one] = await _follow(tables, command)

    assert (one.is_automatic, one.recommendation_id) == (True, command.recommendation_id)
