"""Mutual aid: another body is asked for units; who is asked, in what order, what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.aid import AidAnswered, AidRequested
from beaconfire_contracts.ids import AidId, BodyId, IncidentId, UnitId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.refusals import Conflict
from beaconfire_contracts.vocabulary import AidState

ANSWER_S: Final = 180
"""A neighbour's desk looks at its own queue before it gives units away; then the next is asked."""
LEVELS_MAX: Final = 8
"""No administration has more levels: a chain of parents that is longer goes round in a circle."""


class AidOver(Conflict):
    """This request was answered, withdrawn, or its time is over."""


@dataclass(frozen=True, slots=True)
class Aid:
    """One body asked for units for one incident (增援请求)."""

    id: AidId
    root_id: AidId
    incident_id: IncidentId
    body: BodyId
    for_body: BodyId
    needs: tuple[Need, ...]
    state: AidState
    asked_at: datetime
    due_at: datetime
    reason: str | None = None
    version: int = 1

    @property
    def is_asked(self) -> bool:
        """Whether it still waits for an answer."""
        return self.state is AidState.ASKED


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body with its place among the others, as agency told of it (机构层级)."""

    id: BodyId
    parent: BodyId | None
    division: str


@dataclass(frozen=True, slots=True)
class Lender:
    """A body with a free unit that can do what is short, and how far that is (可援单位)."""

    body: BodyId
    travel_time_s: float


def ladder(
    asking: BodyId, bodies: Mapping[BodyId, KnownBody], lenders: Sequence[Lender]
) -> tuple[BodyId, ...]:
    """Whom to ask, in this order: neighbours whose unit is nearest, then level above level, each
    followed by its own neighbours.

    Neighbours have the same territorial parent. Units may be of bodies below them, and it is the
    neighbour that is asked: its desk orders those. One without an able free unit is not asked;
    whoever stands above is, whether it has units or not: it can order those of others.
    """
    here = bodies.get(asking)
    if here is None:
        return ()
    line = (asking, *_above(here, bodies))
    parents = [one for one in dict.fromkeys(bodies[one].parent for one in line) if one != asking]
    nearest: dict[BodyId, float] = {}
    for one in lenders:
        name = _neighbour(one.body, bodies, line, parents)
        if name is not None:
            nearest[name] = min(one.travel_time_s, nearest.get(name, one.travel_time_s))
    by_distance = sorted(nearest, key=lambda name: (nearest[name], name))
    found: list[BodyId] = []
    for parent in parents:
        found.extend(name for name in by_distance if bodies[name].parent == parent)
        if parent is not None and parent in line:
            found.append(parent)
    return tuple(found)


def _neighbour(
    lender: BodyId,
    bodies: Mapping[BodyId, KnownBody],
    line: Sequence[BodyId],
    parents: Sequence[BodyId | None],
) -> BodyId | None:
    """Whoever stands above a lender, or it itself, next to one of the line that leads up from us;
    nobody where it is of that line or below us.
    """
    if lender not in bodies:
        return None
    for one in (lender, *_above(bodies[lender], bodies)):
        if one in line:
            return None
        if bodies[one].parent is not None and bodies[one].parent in parents:
            return one
    return None


def _above(here: KnownBody, bodies: Mapping[BodyId, KnownBody]) -> list[BodyId]:
    found: list[BodyId] = []
    parent = here.parent
    while parent is not None and parent in bodies and len(found) < LEVELS_MAX:
        if parent in (here.id, *found):
            break
        found.append(parent)
        parent = bodies[parent].parent
    return found


def requested(one: Aid) -> AidRequested:
    """The fact that says who is asked for what."""
    return AidRequested(
        one.incident_id, one.id, one.root_id, one.body, one.for_body, one.needs, one.asked_at,
        one.due_at,
    )  # fmt: skip


def answered(
    one: Aid,
    state: AidState,
    *,
    at: datetime,
    reason: str | None = None,
    unit_ids: tuple[UnitId, ...] = (),
) -> tuple[Aid, AidAnswered]:
    """The request with its answer; AidOver when it has one already."""
    if not one.is_asked:
        raise AidOver(aid_state=one.state.value)
    changed = replace(one, state=state, reason=reason, version=one.version + 1)
    return changed, AidAnswered(one.incident_id, one.id, one.body, state, at, reason, unit_ids)


def ended(one: Aid) -> Aid:
    """The request once the last unit that was given is done."""
    return replace(one, state=AidState.ENDED, version=one.version + 1)
