"""Dispatch's part of the picture beyond steps: late, raised, begun without an order."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import dispatch_life as facts
from beaconfire_situation.domain.fold_dispatch import next_version, with_answer, with_assignment
from beaconfire_situation.domain.plain import plain
from beaconfire_situation.domain.sight import Data


def _late(fact: facts.AssignmentLate, data: Data) -> Data:
    known: Data = data.get("assignments", {}).get(fact.assignment_id, {})
    return with_assignment(
        data,
        fact.assignment_id,
        late_at=plain(fact.noticed_at),
        version=next_version(known),
    )


def _raised(fact: facts.RaisedToSuperior, data: Data) -> Data:
    """What the shift leader has: each matter of each order once."""
    held: Data = data.get("raised", {})
    one = {
        "matter": plain(fact.matter),
        "raised_at": plain(fact.raised_at),
        "unit_id": fact.unit_id,
    }
    return with_answer(data, raised=held | {f"{fact.matter.value}:{fact.assignment_id}": one})


def _on_viewed(fact: facts.OnViewed, data: Data) -> Data:
    """A crew that began by itself is there from the first: no order, no way, no gap."""
    told = {"at": plain(fact.told_at), "source": plain(fact.source)}
    return with_assignment(
        data,
        fact.assignment_id,
        unit_id=fact.unit_id,
        status="on_scene",
        fence=fact.fence,
        dispatched_at=plain(fact.told_at),
        eta_at=None,
        acknowledge_by=None,
        is_on_view=True,
        address_changed=False,
        reminded_at=None,
        recall=None,
        version=1,
        steps={"on_scene": plain(fact.occurred_at)},
        told={"on_scene": told},
        gaps=[],
    )


LIVES: Final[dict[type[Fact], Callable[[Any, Data], Data]]] = {
    facts.AssignmentLate: _late,
    facts.RaisedToSuperior: _raised,
    facts.OnViewed: _on_viewed,
}
