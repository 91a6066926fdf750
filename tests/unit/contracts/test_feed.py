"""The feed's frames: positions as text, a fixed binary entry, close codes of our own range."""

import struct

from beaconfire_contracts import feed
from beaconfire_contracts.vocabulary import UnitStatus


def test_a_binary_entry_is_sixteen_bytes_as_documented() -> None:
    entry = struct.Struct("<IiiHBB")

    assert entry.size == feed.POSITION_ENTRY_BYTES
    assert feed.HEADING_UNKNOWN == 2**16 - 1


def test_every_longitude_fits_its_field() -> None:
    for degrees in (-180.0, 180.0):
        assert -(2**31) <= round(degrees * 1e7) < 2**31


def test_a_status_travels_as_its_place_in_the_list() -> None:
    assert set(feed.STATUS_ORDER) == set(UnitStatus)
    assert len(feed.STATUS_ORDER) <= 256


def test_close_codes_are_private_or_of_the_standard() -> None:
    for code in feed.CloseCode:
        assert 4000 <= code <= 4999 or code == 1001


def test_a_client_that_has_nothing_subscribes_anew() -> None:
    assert feed.SubscribeFrame().resume is None
