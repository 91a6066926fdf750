"""A reaction locks the stream of its fact unless it says what else it needs."""

from datetime import UTC, datetime
from typing import Any

from beaconfire_contracts.envelope import START, Cause, Envelope, Scope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.ids import FactId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_platform.database import Tx
from beaconfire_platform.log.reaction import Reaction

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOLD = Envelope(
    FactId("0198b2a0-0000-7000-8000-000000000001"), "geo", "beaconfire.geo.layer-released.v1",
    "grid", 1, NOW, Cause("test", "t"), Scope(), START, LayerReleased("grid", 1, 1, "0" * 64, NOW),
)  # fmt: skip


async def _effect(_told: Envelope[Any], _tx: Tx) -> None:
    """Nothing."""


def _both(told: Envelope[Any]) -> tuple[LockKey, ...]:
    return (aggregate(told.key), aggregate("another"))


def test_the_stream_of_a_fact_is_locked_and_no_other() -> None:
    assert Reaction(_effect).keys(TOLD) == (aggregate("grid"),)


def test_a_reaction_may_lock_more() -> None:
    assert Reaction(_effect, _both).keys(TOLD) == (aggregate("grid"), aggregate("another"))
