"""One port, told in one line when it is taken."""

import socket

import pytest

from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.listening import Port, listen
from beaconfire_testkit.node import free_port


def test_it_listens_where_it_was_told() -> None:
    options = Port("127.0.0.1", free_port())
    with listen(options) as listener, socket.create_connection(("127.0.0.1", options.port), 2):
        assert listener.getsockname() == ("127.0.0.1", options.port)
        assert not listener.getblocking()


def test_a_taken_port_names_itself_and_the_way_out() -> None:
    options = Port("127.0.0.1", free_port())
    with listen(options), pytest.raises(CannotStart, match=f"port {options.port}.*--port"):
        listen(options)
