"""Dispatch's part of the picture of mutual aid: who was asked, what they answered, what is over."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import aid as facts
from beaconfire_situation.domain.fold_dispatch import with_answer
from beaconfire_situation.domain.plain import plain
from beaconfire_situation.domain.sight import Data


def _with_aid(data: Data, aid_id: str, **changed: Any) -> Data:
    held: Data = data.get("aid", {})
    return with_answer(data, aid=held | {aid_id: held.get(aid_id, {}) | changed})


def _requested(fact: facts.AidRequested, data: Data) -> Data:
    return _with_aid(
        data,
        fact.aid_id,
        root_id=fact.root_id,
        body=fact.body,
        for_body=fact.for_body,
        needs=plain(fact.needs),
        state="asked",
        asked_at=plain(fact.asked_at),
        due_at=plain(fact.due_at),
        reason=None,
        unit_ids=[],
    )


def _answered(fact: facts.AidAnswered, data: Data) -> Data:
    return _with_aid(
        data,
        fact.aid_id,
        state=plain(fact.state),
        reason=fact.reason,
        unit_ids=list(fact.unit_ids),
    )


def _ended(fact: facts.AidEnded, data: Data) -> Data:
    return _with_aid(data, fact.aid_id, state="ended")


def _exhausted(fact: facts.AidExhausted, data: Data) -> Data:
    """The shift leader has it, as whatever else stays overdue."""
    held: Data = data.get("raised", {})
    one = {"matter": "aid", "raised_at": plain(fact.exhausted_at), "unit_id": None}
    return with_answer(data, raised=held | {f"aid:{fact.root_id}": one})


AIDS: Final[dict[type[Fact], Callable[[Any, Data], Data]]] = {
    facts.AidRequested: _requested,
    facts.AidAnswered: _answered,
    facts.AidEnded: _ended,
    facts.AidExhausted: _exhausted,
}
