"""Ports that stay a server's own while it is dead."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from beaconfire_testkit import ports


def test_they_differ_and_the_kernel_lends_none_of_them() -> None:
    found = ports.lasting_ports(20)

    with socket.socket() as lent:
        lent.bind(("127.0.0.1", 0))
        assert lent.getsockname()[1] not in found
    first, last = ports.lent_ports()
    assert len(set(found)) == 20
    assert not [port for port in found if first <= port <= last]


def test_where_the_kernel_says_nothing_its_usual_range_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ports, "LENT", tmp_path / "nothing")

    assert ports.lent_ports() == ports.LENT_BY_DEFAULT


def test_a_port_on_which_somebody_listens_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = int(listener.getsockname()[1])

        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_no_other_process_takes_them_while_this_one_lives() -> None:
    (port,) = ports.lasting_ports(1)
    ask = f"from beaconfire_testkit import ports; print(ports._claim({port}))"

    said = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, timeout=60
    ).stdout

    assert said == "False\n"
