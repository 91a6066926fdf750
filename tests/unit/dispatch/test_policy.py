"""The exception goes before the rule: the smallest area, then the longest part of the type."""

from dataclasses import replace

import pytest

from beaconfire_contracts.vocabulary import PolicyMode
from beaconfire_dispatch.domain.policy import Policy, choose

RULE = Policy(1, PolicyMode.PROPOSE, 300, 60)
FIRES = replace(RULE, type="fire")
HERE = replace(RULE, area="akl.d1")
FIRES_HERE = replace(RULE, area="akl.d1", type="fire")
SMALLER = replace(RULE, area="akl.d1.c1")
ALL = (SMALLER, FIRES_HERE, RULE, FIRES, HERE)


@pytest.mark.parametrize(
    ("type_code", "path", "chosen"),
    [
        ("fire.structure", "akl.d1.c1", SMALLER),
        ("fire.structure", "akl.d1.c2", FIRES_HERE),
        ("medical", "akl.d1.c2", HERE),
        ("fire.structure", "akl.d10", FIRES),
        ("firework", "akl", RULE),
        ("fire", None, FIRES),
        (None, None, RULE),
    ],
)
def test_the_nearest_policy_holds(type_code: str | None, path: str | None, chosen: Policy) -> None:
    assert choose(ALL, type_code, path) == chosen
