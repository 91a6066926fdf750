"""The section of the services apart is measured at a deployment that somebody names."""

import pytest

from beaconfire.bench.end_to_end_apart import PORT, TOKEN, given


def test_a_deployment_is_named_by_its_port_and_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PORT, "8040")
    monkeypatch.delenv(TOKEN, raising=False)
    without_token = given()
    monkeypatch.setenv(TOKEN, "bfk_x")

    assert (without_token, given()) == (None, (8040, "bfk_x"))
