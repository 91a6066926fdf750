"""A command through the public API ends in one line when nobody answers."""

import pytest
import typer

from beaconfire.commands.on_api import on_api
from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire.simulation.api import Api
from beaconfire_testkit.node import free_port


async def _ask(api: Api) -> object:
    return await api.get("/v1/levels")


def test_where_no_node_answers_it_says_which_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACONFIRE_TOKEN", "bfk_none")
    monkeypatch.setattr("beaconfire.simulation.api.TRIES_MAX", 1)
    origin = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(typer.Exit) as ended:
        on_api(_ask, origin=origin, sign_in="admin", scopes=(), data=None, database_url=None)

    assert ended.value.exit_code == EXIT_REFUSED
    assert capsys.readouterr().err == (
        f"no node answers at {origin} (ConnectError): name it with --origin\n"
    )


def test_without_a_token_of_ones_own_the_node_is_asked_for_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BEACONFIRE_TOKEN", raising=False)
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire"

    with pytest.raises(typer.Exit):
        on_api(_ask, origin="http://x", sign_in="admin", scopes=(), data=None, database_url=url)

    assert "the database of agency is not reached" in capsys.readouterr().err
