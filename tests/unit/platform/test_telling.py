"""What is told becomes the rows that a reader of the log would find."""

from datetime import UTC, datetime

from beaconfire_contracts.envelope import Cause, LogPosition, Scope
from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_platform.log.port import Unreadable
from beaconfire_platform.log.postgres import told_of
from beaconfire_platform.telling import AFTER, Telling

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


def _told(*numbers: int) -> Telling:
    facts = [LayerReleased(str(one), 1, 1, "0" * 64, AT) for one in numbers]
    cause = Cause(actor="p", correlation_id="c")
    return Telling.of("geo", [(one, Scope(), cause) for one in facts])


def test_each_comes_after_the_one_before_and_the_first_after_what_was_told_before() -> None:
    first, second = _told(1, 2).written([7, 1, 40, 0, 1, 41, 0, 6, 39])

    assert (first[AFTER], second[AFTER]) == ((6, 39), (7, 40))


def test_what_the_same_transaction_told_before_comes_before() -> None:
    earlier = _told(1).written([7, 1, 40, 0, 6, 39])

    assert _told(2).written([7, 1, 42, 0, 6, 39], earlier)[0][AFTER] == (7, 40)


def test_where_nobody_knows_what_may_come_before_nothing_is_after_anything() -> None:
    first, second = _told(1, 2).written([7, 1, 40, 0, 1, 41, 0])

    assert (first[AFTER], second[AFTER]) == (None, None)
