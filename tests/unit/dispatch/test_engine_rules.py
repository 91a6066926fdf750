"""The rules are the engine's own prices until somebody changes them."""

from beaconfire_dispatch.domain.engine.state import Prices
from beaconfire_dispatch.domain.engine_rules import EngineRules


def test_the_first_rules_are_what_the_engine_pays_by_itself() -> None:
    assert EngineRules().prices == Prices()
    assert EngineRules().diversions_max == 1
    assert EngineRules(0.5, 2.0).prices == Prices(0.5, 2.0)
