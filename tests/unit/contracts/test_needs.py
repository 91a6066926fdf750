"""What was told before lines had alternatives is still read, and says what it said."""

import msgspec

from beaconfire_contracts.needs import Need


def test_an_older_line_asks_for_one_thing_and_belongs_to_no_group() -> None:
    read = msgspec.json.decode(b'{"capability":"engine","count":2}', type=Need)

    assert read == Need("engine", 2, alternatives=(), group=None)
