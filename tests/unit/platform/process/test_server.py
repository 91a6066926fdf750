"""What a server is told of who stands before it."""

import pytest
from fastapi import FastAPI

from beaconfire_platform.process.listening import Port
from beaconfire_platform.process.server import server_for


@pytest.mark.parametrize("behind_proxy", [True, False])
def test_forwarded_addresses_are_believed_behind_a_proxy_only(*, behind_proxy: bool) -> None:
    options = Port("127.0.0.1", 8040, behind_proxy=behind_proxy)
    config = server_for(FastAPI(), options, {}).config

    assert config.proxy_headers is behind_proxy
    assert not config.server_header
