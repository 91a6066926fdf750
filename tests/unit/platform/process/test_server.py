"""One port, told in one line when it is taken."""

import socket

import pytest
from fastapi import FastAPI

from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.server import Port, listen, server_for
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


@pytest.mark.parametrize("behind_proxy", [True, False])
def test_forwarded_addresses_are_believed_behind_a_proxy_only(*, behind_proxy: bool) -> None:
    options = Port("127.0.0.1", 8040, behind_proxy=behind_proxy)
    config = server_for(FastAPI(), options, {}).config

    assert config.proxy_headers is behind_proxy
    assert not config.server_header
