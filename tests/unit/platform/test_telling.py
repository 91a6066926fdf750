"""What is told becomes the rows that a reader of the log would find."""

from datetime import UTC, datetime

from beaconfire_contracts.envelope import Cause, LogPosition, Scope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.log.port import Unreadable
from beaconfire_platform.log.postgres import told_of
from beaconfire_platform.telling import Telling

AT = datetime(2026, 11, 29, 10, 20, 30, 123_457, tzinfo=UTC)


def test_the_rows_are_those_of_the_log() -> None:
    facts = [LayerReleased(key, 1, 1, "0" * 64, AT) for key in ("a", "b")]
    cause = Cause(actor="p", correlation_id="c")
    telling = Telling.of("geo", [(one, Scope(owner="o"), cause) for one in facts])
    micros = 1_795_947_630_123_457

    rows = telling.written([77, 3, 1_001, micros, 1, 1_002, micros + 1])
    first, second = (told_of(one, 5) for one in rows)

    assert not isinstance(first, Unreadable)
    assert not isinstance(second, Unreadable)
    assert (first.fact, second.fact) == tuple(facts)
    assert (first.source, first.key, first.key_version, first.time) == ("geo", "a", 3, AT)
    assert (first.position, second.position) == (
        LogPosition(5, 77, 1_001),
        LogPosition(5, 77, 1_002),
    )
    assert (first.cause, first.scope) == (cause, Scope(owner="o"))
    assert first.id != second.id
