"""The one function that decides who may do what (R52), in two forms proved equal by tests.

`allow` decides on one resource, `reach` gives the same rule as bounds for a list's SQL.
Deny by default: an action that no grant of the caller names is refused.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.subject import Decision, Reach, Resource, Subject

EVERYWHERE: Final = "*"
"""The reach of a grant that is bound to no division: our own services, and the root body."""
_SEEN_AS: Final = {"order": "incident", "alarm": "incident", "priority": "incident"}
"""Actions on a thing of another kind: who may see the incident may know that an order is about it.
"""


def _rules() -> Mapping[Role, Mapping[str, str]]:
    text = files("beaconfire_platform.access").joinpath("roles.toml").read_text("utf-8")
    table = tomllib.loads(text)

    def rules_of(name: str) -> dict[str, str]:
        own = dict(table[name])
        parent = own.pop("inherits", None)
        return (rules_of(parent) if parent else {}) | own

    return MappingProxyType({Role(name): MappingProxyType(rules_of(name)) for name in table})


RULES: Final = _rules()
ACTIONS: Final = frozenset(action for rules in RULES.values() for action in rules)
"""Every action there is; a route that names another does not start."""


def may_ever(subject: Subject, action: str) -> bool:
    """Whether any grant of the caller names the action at all, its token's scopes allowing."""
    if subject.scopes and action not in subject.scopes:
        return False
    return any(action in RULES[grant.role] for grant in subject.grants)


def actions_of(subject: Subject) -> list[str]:
    """The actions that the caller may do at least somewhere: what a page offers them at all."""
    return sorted(action for action in ACTIONS if may_ever(subject, action))


def allow(subject: Subject, action: str, resource: Resource) -> Decision:
    """Decide one action on one resource; `visible` tells a 403 (known) from a 404 (not yours)."""
    if _permits(subject, action, resource):
        return Decision(allowed=True, visible=True, reason="granted")
    visible = _permits(subject, seeing(action), resource)
    return Decision(allowed=False, visible=visible, reason="no grant reaches it")


def seeing(action: str) -> str:
    """The action of merely seeing what `action` is done to: only that tells a 403 from a 404.

    Being allowed to read units of a place must not tell that there is an incident: each kind of
    thing is seen by its own reading action, and one without any is seen by nobody else.
    """
    kind = action.partition(".")[0]
    return f"{_SEEN_AS.get(kind, kind)}.read"


def _permits(subject: Subject, action: str, resource: Resource) -> bool:
    if subject.scopes and action not in subject.scopes:
        return False
    return any(
        _covers(grant, rule, subject, resource)
        for grant in subject.grants
        if (rule := RULES[grant.role].get(action)) is not None
    )


def _covers(grant: Grant, rule: str, subject: Subject, resource: Resource) -> bool:
    if rule == "any":
        return True
    if rule == "own":
        mine = grant.unit_id is not None and str(grant.unit_id) in resource.unit_ids
        return mine or subject.id in resource.person_ids
    if grant.reach == EVERYWHERE or under(resource.path, grant.reach):
        return True
    body = str(grant.body)
    return body == resource.owner or body in resource.participants


def under(path: str | None, prefix: str) -> bool:
    """Whether a division path is `prefix` or lies below it, code by code."""
    return path is not None and (path == prefix or path.startswith(f"{prefix}."))


def reach(subject: Subject, action: str) -> Reach:
    """The same decision for lists: which rows `allow(subject, action, row)` would let through."""
    if subject.scopes and action not in subject.scopes:
        return Reach()
    ruled = [
        (grant, rule)
        for grant in subject.grants
        if (rule := RULES[grant.role].get(action)) is not None
    ]
    area = [grant for grant, rule in ruled if rule == "area"]
    own = [grant for grant, rule in ruled if rule == "own"]
    return Reach(
        everything=any(rule == "any" for _, rule in ruled)
        or any(grant.reach == EVERYWHERE for grant in area),
        paths=tuple(sorted({grant.reach for grant in area} - {EVERYWHERE})),
        bodies=tuple(sorted({str(grant.body) for grant in area})),
        unit_ids=tuple(sorted({str(grant.unit_id) for grant in own if grant.unit_id})),
        person_ids=(subject.id,) if own else (),
    )
