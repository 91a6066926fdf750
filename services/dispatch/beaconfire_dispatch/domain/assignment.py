"""An assignment: one unit on one incident, step by step; late and missing steps are flagged."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import dispatch as facts
from beaconfire_contracts.ids import (
    AssignmentId,
    HospitalId,
    IncidentId,
    RecommendationId,
    UnitId,
)
from beaconfire_contracts.refusals import Conflict, StaleFence, StaleVersion
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.domain.policy import LATE_S

S = AssignmentStatus
PATH: Final = (S.DISPATCHED, S.ACKNOWLEDGED, S.EN_ROUTE, S.ON_SCENE)
"""The steps that every order goes through; transport and hospital are only some's."""
LATER: Final = (S.TRANSPORTING, S.AT_HOSPITAL)
ENDED: Final = frozenset({S.CLEARED, S.REFUSED, S.CANCELLED})
_RANK: Final = {status: rank for rank, status in enumerate((*PATH, *LATER))}
_FACT: Final[dict[AssignmentStatus, Any]] = {
    S.ACKNOWLEDGED: facts.AssignmentAcknowledged,
    S.EN_ROUTE: facts.AssignmentEnRoute,
    S.ON_SCENE: facts.AssignmentOnScene,
    S.AT_HOSPITAL: facts.AssignmentAtHospital,
    S.CLEARED: facts.AssignmentCleared,
}


class AssignmentEnded(Conflict):
    """The assignment has ended; nothing more happens on it."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit on one incident, with the time of each step as told (出动单)."""

    id: AssignmentId
    unit_id: UnitId
    incident_id: IncidentId
    fence: int
    status: AssignmentStatus
    version: int
    dispatched_at: datetime
    acknowledge_by: datetime
    eta_at: datetime | None = None
    reminded_at: datetime | None = None
    recommendation_id: RecommendationId | None = None
    address_changed: bool = False
    late_s: int = LATE_S
    late_at: datetime | None = None
    """When it was told that it is late, measured on `eta_at`."""
    recall_at: datetime | None = None
    recall_reason: str | None = None
    """Why a desk called it back, or undid it before it was heard."""
    is_automatic: bool = False
    """Whether the policy ordered it, and nobody asked."""
    is_on_view: bool = False
    """Whether its crew began by itself: then no order and no way belong to it."""
    turned_from: IncidentId | None = None
    """The incident that its crew was on its way to when it was ordered here."""
    steps: dict[str, datetime] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens on it."""
        return self.status in ENDED

    def expect(self, *, fence: int | None, version: int | None) -> None:
        """StaleFence for a superseded crew, StaleVersion for a desk that saw an older state."""
        if fence is not None and fence != self.fence:
            raise StaleFence(expected=fence, fence=self.fence)
        if version is not None and version != self.version:
            raise StaleVersion(expected=version, version=self.version)


@dataclass(frozen=True, slots=True)
class Step:
    """One step as told: what, when it happened, by what means, and its particulars (步骤)."""

    status: AssignmentStatus
    occurred_at: datetime
    source: StatusSource
    reason: str | None = None
    hospital_id: HospitalId | None = None
    told_at: datetime | None = None
    """When we were told, by the same clock: a step told late says so itself."""


def stepped(one: Assignment, step: Step) -> tuple[Assignment, Fact | None]:
    """The assignment after a step, and its fact; a step told twice changes nothing.

    Any order is accepted: steps between that nobody told are named as gaps, and no time is
    invented for them. A step told late keeps its time and does not move the status back. Whose
    address changed acknowledges again. Who is there is called back no more.
    """
    is_told = step.status.value in one.steps
    if is_told and not (step.status is S.ACKNOWLEDGED and one.address_changed):
        return one, None
    if one.has_ended:
        raise AssignmentEnded(assignment_status=one.status.value)
    if is_told:
        return _address_known(one, step)
    moves = step.status in ENDED or _RANK[step.status] > _RANK[one.status]
    is_there = step.status in (S.ON_SCENE, *LATER)
    changed = replace(
        one,
        status=step.status if moves else one.status,
        steps={**one.steps, step.status.value: step.occurred_at},
        address_changed=one.address_changed and step.status is not S.ACKNOWLEDGED,
        recall_at=None if is_there else one.recall_at,
        recall_reason=_taken_back(one, step),
        version=one.version + 1,
    )
    return changed, _fact(one, step)


def _taken_back(one: Assignment, step: Step) -> str | None:
    """Why a desk does not want it any more: what the system ends is no desk's word."""
    is_desk = step.source is not StatusSource.SYSTEM
    return step.reason if step.status is S.CANCELLED and is_desk else one.recall_reason


def redirected(
    one: Assignment, *, at: datetime, eta_at: datetime | None
) -> tuple[Assignment, facts.AssignmentRedirected]:
    """The assignment to the incident's new address, which its crew has not acknowledged yet."""
    changed = replace(
        one, eta_at=eta_at, address_changed=True, late_at=None, version=one.version + 1
    )
    return changed, facts.AssignmentRedirected(one.incident_id, one.id, one.unit_id, at, eta_at)


def _address_known(one: Assignment, step: Step) -> tuple[Assignment, Fact]:
    changed = replace(one, address_changed=False, version=one.version + 1)
    return changed, facts.RedirectionAcknowledged(
        one.incident_id, one.id, one.unit_id, step.occurred_at, step.source
    )


def has_cleared(everybody: Sequence[Assignment], since: datetime | None) -> bool:
    """Whether somebody who was sent since then has come and done their work."""
    return any(
        one.status is S.CLEARED and (since is None or one.dispatched_at >= since)
        for one in everybody
    )


def have_answered(everybody: Sequence[Assignment], since: datetime | None) -> bool:
    """Whether somebody who was sent since then has come, and nobody is at work any more."""
    return has_cleared(everybody, since) and all(one.has_ended for one in everybody)


def gaps_before(one: Assignment, status: AssignmentStatus) -> tuple[AssignmentStatus, ...]:
    """Steps that come before this one and were never told."""
    if status in (S.REFUSED, S.CANCELLED):
        return ()
    rank = len(PATH) if status in (S.CLEARED, *LATER) else _RANK[status]
    first = PATH.index(S.ON_SCENE) if one.is_on_view else 1
    return tuple(each for each in PATH[first:rank] if each.value not in one.steps)


def untimely(one: Assignment) -> tuple[AssignmentStatus, ...]:
    """Steps that are said to have happened before the order or before an earlier step (时序存疑).

    They are kept as they were told: which of two clocks went wrong is for a person to say.
    """
    latest, found = one.dispatched_at, list[AssignmentStatus]()
    if one.is_on_view:  # it was heard of later than it began
        latest = min(latest, one.steps.get(S.ON_SCENE.value, latest))
    for status in (*PATH[1:], *LATER, S.CLEARED):
        told = one.steps.get(status.value)
        if told is None:
            continue
        if told < latest:
            found.append(status)
        latest = max(latest, told)
    return tuple(found)


def _fact(one: Assignment, step: Step) -> Fact:
    gaps = gaps_before(one, step.status)
    who = (one.incident_id, one.id, one.unit_id, step.occurred_at, step.source)
    told_at = step.told_at
    if step.status is S.REFUSED:
        return facts.AssignmentRefused(*who, step.reason or "unable", told_at)
    if step.status is S.CANCELLED:
        return facts.AssignmentCancelled(*who, step.reason or "desk", told_at)
    if step.status is S.TRANSPORTING:
        return facts.AssignmentTransporting(*who, step.hospital_id, gaps, told_at)
    return _FACT[step.status](*who, gaps, told_at)
