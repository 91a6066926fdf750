"""Facts as plain data: what JSON would tell, and nothing else passes."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from beaconfire_contracts.facts import FACTS, Fact
from beaconfire_situation.domain.plain import plain
from beaconfire_testkit.builders import an_example_of


@pytest.mark.parametrize("factclass", [one.factclass for one in FACTS.values()])
def test_every_fact_is_told_as_the_log_tells_it(factclass: type[Fact]) -> None:
    fact = an_example_of(factclass)

    assert plain(fact) == msgspec.json.decode(msgspec.json.encode(fact))


def test_times_of_any_zone_are_told_in_utc() -> None:
    auckland = timezone(timedelta(hours=13))

    assert plain(datetime(2026, 1, 2, 3, 4, 5, tzinfo=auckland)) == "2026-01-01T14:04:05Z"
    assert plain(datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=UTC)) == "2026-01-02T03:04:05.000060Z"


def test_what_no_fact_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        plain(b"x")
