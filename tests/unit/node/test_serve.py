"""One port, told in one line when it is taken."""

import socket
from pathlib import Path

import pytest
from fastapi import FastAPI

from beaconfire.node.options import CannotStart, NodeOptions
from beaconfire.node.serve import listen, server_for
from beaconfire_testkit.node import free_port


def test_it_listens_where_it_was_told(tmp_path: Path) -> None:
    options = NodeOptions(folder=tmp_path, port=free_port())
    with listen(options) as listener, socket.create_connection(("127.0.0.1", options.port), 2):
        assert listener.getsockname() == ("127.0.0.1", options.port)
        assert not listener.getblocking()


def test_a_taken_port_names_itself_and_the_way_out(tmp_path: Path) -> None:
    options = NodeOptions(folder=tmp_path, port=free_port())
    with listen(options), pytest.raises(CannotStart, match=f"port {options.port}.*--port"):
        listen(options)


@pytest.mark.parametrize("behind_proxy", [True, False])
def test_forwarded_addresses_are_believed_behind_a_proxy_only(
    tmp_path: Path, *, behind_proxy: bool
) -> None:
    options = NodeOptions(folder=tmp_path, behind_proxy=behind_proxy)
    config = server_for(FastAPI(), options, {}).config

    assert config.proxy_headers is behind_proxy
    assert not config.server_header
