"""One rule set in two forms: the decision on one thing and the bounds for a list agree."""

from itertools import product

import pytest

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, UnitId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import (
    ACTIONS,
    EVERYWHERE,
    RULES,
    actions_of,
    allow,
    may_ever,
    seeing,
    under,
)
from beaconfire_platform.access.subject import NOWHERE, Resource, Subject

LEVELS = ("nation", "n.province", "n.p.city", "n.p.c.district", "n.p.c.d.suburb", "n.p.c.d.s.cell")
BODY, SISTER = BodyId("body-own"), BodyId("body-sister")
PERSON, UNIT = "person-1", UnitId("unit-1")

# Where a thing lies and whose it is, seen from a grant at "here" for BODY.
RELATIONS = {
    "own": Resource(path="here", owner=BODY),
    "parent": Resource(path="above", owner="body-parent"),
    "sibling": Resource(path="there", owner=SISTER),
    "child": Resource(path="below", owner="body-child"),
    "other body": Resource(path="elsewhere", owner="body-other"),
    "participant": Resource(path="elsewhere", owner="body-other", participants=frozenset({BODY})),
}


def _subject(role: Role, reach: str, unit: UnitId | None = None) -> Subject:
    return Subject(PERSON, (Grant(role, BODY, reach, unit),))


def _at(level: str, relation: str) -> Resource:
    place = RELATIONS[relation]
    paths = {
        "here": level,
        "above": level.rpartition(".")[0] or "unplaced",
        "there": f"{level}x",
        "below": f"{level}.part",
        "elsewhere": "far.away",
    }
    return Resource(paths[place.path or ""], place.owner, place.participants)


@pytest.mark.parametrize("role", list(Role))
def test_nothing_leaks_in_any_cell_of_roles_levels_and_relations(role: Role) -> None:
    seen_from_here = {"own", "child", "participant"}
    cells = 0

    for level, relation, action in product(LEVELS, RELATIONS, sorted(ACTIONS)):
        rule = RULES[role].get(action)
        expected = rule == "any" or (rule == "area" and relation in seen_from_here)
        decision = allow(_subject(role, level), action, _at(level, relation))
        assert decision.allowed is expected, (role, level, relation, action)
        cells += 1

    assert cells > 1_000


def test_an_action_that_no_grant_names_is_refused() -> None:
    viewer = _subject(Role.VIEWER, EVERYWHERE)

    assert not may_ever(viewer, "order.give")
    assert not allow(viewer, "order.give", Resource(path="n.p")).allowed


def test_a_subject_without_grants_may_do_nothing() -> None:
    nobody = Subject(PERSON, ())

    assert not any(may_ever(nobody, action) for action in ACTIONS)
    assert not any(
        allow(nobody, action, Resource(person_ids=frozenset({PERSON}))).allowed
        for action in ACTIONS
    )


def test_a_tokens_scopes_only_take_away() -> None:
    scoped = Subject(
        PERSON, (Grant(Role.CALL_TAKER, BODY, "n"),), scopes=frozenset({"incident.read", "x.y"})
    )

    assert allow(scoped, "incident.read", Resource(path="n.a")).allowed
    assert not allow(scoped, "incident.note", Resource(path="n.a")).allowed
    assert not may_ever(scoped, "order.give")
    assert not may_ever(scoped, "x.y")
    assert actions_of(scoped) == ["incident.read"]


def test_own_reaches_ones_own_unit_and_oneself_and_no_further() -> None:
    crew = _subject(Role.FIELD, "n", UNIT)

    assert allow(crew, "assignment.move", Resource(unit_ids=frozenset({UNIT}))).allowed
    assert allow(crew, "task.move", Resource(person_ids=frozenset({PERSON}))).allowed
    assert not allow(crew, "assignment.move", Resource("n.a", BODY)).allowed
    assert not allow(crew, "assignment.move", Resource(unit_ids=frozenset({"unit-2"}))).allowed


def test_a_place_whose_code_merely_begins_alike_is_not_below() -> None:
    assert under("n.p1", "n.p1")
    assert under("n.p1.c", "n.p1")
    assert not under("n.p10", "n.p1")
    assert not under("n", "n.p1")
    assert not under(None, "n")


def test_reading_units_somewhere_does_not_tell_that_there_is_an_incident() -> None:
    both = Subject(
        PERSON,
        (Grant(Role.DISPATCHER, BODY, "n.a"), Grant(Role.ADMINISTRATOR, SISTER, "n.b")),
    )

    decision = allow(both, "incident.close", Resource(path="n.b.x", owner=SISTER))

    assert not decision.allowed
    assert not decision.visible


def test_what_may_be_read_but_not_changed_is_known() -> None:
    taker = Subject(
        PERSON, (Grant(Role.CALL_TAKER, BODY, "n.a"), Grant(Role.DISPATCHER, SISTER, "n.b"))
    )

    decision = allow(taker, "incident.close", Resource(path="n.a.x", owner=BODY))

    assert not decision.allowed
    assert decision.visible


def test_each_action_is_seen_by_a_reading_action_of_its_own_kind_or_by_none() -> None:
    kinds_without_reading = {"analysis", "demo", "feed", "route", "password"}

    for action in ACTIONS:
        kind = action.partition(".")[0]
        assert (seeing(action) in ACTIONS) is (kind not in kinds_without_reading), action


def test_an_area_rule_needs_a_place_or_a_body() -> None:
    assert not allow(_subject(Role.DISPATCHER, "n"), "order.give", NOWHERE).allowed
