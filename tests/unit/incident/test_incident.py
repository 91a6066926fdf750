"""The core of incident: whatever is done in whatever order, nobody is left without an owner."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.ids import BodyId, PersonId, SeatId
from beaconfire_contracts.places import Participation
from beaconfire_contracts.refusals import Conflict, Invalid, StaleVersion
from beaconfire_contracts.vocabulary import (
    Disposition,
    IncidentStatus,
    ParticipationRole,
    ParticipationState,
    Priority,
)
from beaconfire_incident.domain import incident as core
from beaconfire_incident.domain.catalogue import Triage
from beaconfire_incident.domain.hearing import learned
from beaconfire_incident.domain.incident import Incident, merged, split
from beaconfire_incident.domain.report import Report

from .tales import CATALOGUE, NOON, incidents, reports

SEATS = st.sampled_from([SeatId("pool"), SeatId("d1"), SeatId("d2")])


def _unversioned(one: Incident) -> Incident:
    return replace(one, version=0)


@given(incidents("a"), incidents("b"))
def test_a_split_is_the_inverse_of_a_merge(absorbed: Incident, survivor: Incident) -> None:
    (gone, _), (kept, _) = merged(absorbed, survivor)
    (back, _), (alone, _) = split(gone, kept, ())

    assert _unversioned(back) == _unversioned(absorbed)
    assert _unversioned(alone) == _unversioned(survivor)
    assert (back.version, alone.version) == (absorbed.version + 2, survivor.version + 2)


@given(incidents("a"), incidents("b"), reports(), SEATS)
def test_what_came_between_a_merge_and_its_split_stays(
    absorbed: Incident, survivor: Incident, report: Report, seat: SeatId
) -> None:
    (gone, _), (kept, _) = merged(absorbed, survivor)
    kept, _ = core.taken(learned(kept, report, CATALOGUE)[0], seat, PersonId("p"))
    (back, _), (alone, _) = split(gone, kept, ())

    directly, _ = core.taken(learned(survivor, report, CATALOGUE)[0], seat, PersonId("p"))
    assert _unversioned(back) == _unversioned(absorbed)
    assert (alone.seat, alone.priority, alone.place) == (seat, directly.priority, directly.place)
    assert alone.own is None


@given(incidents("a"), incidents("b"), incidents("c"))
def test_one_of_two_that_were_absorbed_leaves_and_the_other_still_counts(
    one: Incident, two: Incident, survivor: Incident
) -> None:
    (gone_one, _), (kept, _) = merged(one, survivor)
    (gone_two, _), (kept, _) = merged(two, kept)
    (_, _), (left, _) = split(gone_one, kept, (gone_two,))

    assert left.priority == min(two.priority, survivor.priority)
    assert left.owner.first_known_at == min(two.owner.first_known_at, survivor.owner.first_known_at)
    assert _unversioned(split(gone_two, left, ())[1][0]) == _unversioned(survivor)


@given(incidents(), st.integers(3, 99))
def test_a_version_that_nobody_has_is_refused_with_the_one_there_is(
    incident: Incident, seen: int
) -> None:
    incident.expect(None)
    incident.expect(incident.version)
    with pytest.raises(StaleVersion) as refused:
        incident.expect(seen)
    assert refused.value.fields == {"expected": seen, "version": 2}


def _part(body: str, role: ParticipationRole, state: ParticipationState) -> Participation:
    return Participation(BodyId(body), role, state, None, NOON)


@given(incidents())
def test_one_body_leads_and_none_is_closed_over_who_still_works(incident: Incident) -> None:
    lead = ParticipationRole.LEAD
    joined, _ = core.joined(incident, _part("fire", lead, ParticipationState.WORKING))
    with pytest.raises(core.SecondLead):
        core.joined(joined, _part("police", lead, ParticipationState.ASKED))
    with pytest.raises(core.StillActive):
        core.closed(joined, Disposition.RESOLVED, NOON, is_worked_on=False)
    with pytest.raises(core.StillActive):
        core.voided(incident, "mistake", is_worked_on=True)


class Following(RuleBasedStateMachine):
    """Two incidents through any steps in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.both: dict[str, Incident] = {}
        self.told = {"a": 2, "b": 2}

    @initialize(a=incidents("a"), b=incidents("b"))
    def begin(self, a: Incident, b: Incident) -> None:
        self.both = {"a": a, "b": b}

    def _apply(self, *changes: tuple[Incident, tuple[Fact, ...]]) -> None:
        for changed, told in changes:
            self.both[changed.id] = changed
            self.told[changed.id] += len(told)

    @rule(name=st.sampled_from("ab"), report=reports())
    def hear(self, name: str, report: Report) -> None:
        before = self.both[name]
        if before.is_live:
            self._apply(learned(before, report, CATALOGUE))
            assert self.both[name].priority <= before.priority

    @rule(name=st.sampled_from("ab"), seat=SEATS, passes=st.booleans())
    def seat(self, name: str, seat: SeatId, *, passes: bool) -> None:
        one = self.both[name]
        if one.is_live:
            self._apply(core.passed(one, seat) if passes else core.taken(one, seat, PersonId("p")))

    @rule(name=st.sampled_from("ab"), priority=st.sampled_from(list(Priority)))
    def reclassify(self, name: str, priority: Priority) -> None:
        one = self.both[name]
        if one.is_live:
            self._apply(
                core.reclassified(
                    one,
                    type_code=one.type,
                    incident_class=one.incident_class,
                    triage=Triage(priority, "set_by_desk"),
                    grade=one.grade,
                )
            )

    @rule(name=st.sampled_from("ab"), step=st.integers(0, 5), who=st.sampled_from("pq"))
    def live_on(self, name: str, step: int, who: str) -> None:
        one = self.both[name]
        try:
            self._apply(
                (
                    lambda: core.handled(one, NOON, PersonId(who)),
                    lambda: core.verifying(one, PersonId(who)),
                    lambda: core.held(one, "weather", None),
                    lambda: core.reopened(one),
                    lambda: core.closed(one, Disposition.RESOLVED, NOON, is_worked_on=False),
                    lambda: core.voided(one, "mistake", is_worked_on=False),
                )[step]()
            )
        except core.OwnVerification:
            assert one.handled_by == who
            assert self.both[name] == one
        except (Conflict, Invalid):
            assert self.both[name] == one

    @rule(gone=st.sampled_from("ab"))
    def merge_and_split_again(self, gone: str) -> None:
        one, other = self.both[gone], self.both["b" if gone == "a" else "a"]
        try:
            merging = merged(one, other)
        except (Conflict, Invalid):
            return
        self._apply(*merging)
        assert merging[1][0].priority == min(one.priority, other.priority)
        self._apply(*split(merging[0][0], merging[1][0], ()))
        assert _unversioned(self.both[one.id]) == _unversioned(one)
        assert _unversioned(self.both[other.id]) == _unversioned(other)

    @invariant()
    def somebody_answers_for_each(self) -> None:
        for name, one in self.both.items():
            assert one.owner.body
            assert one.seat
            assert one.version == self.told[name]
            assert (one.closed_at is None) == (one.status is not IncidentStatus.CLOSED)


TestFollowing = Following.TestCase
TestFollowing.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
