"""Every path comes to the service that declares it, and to no other."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi import APIRouter

from beaconfire.gateway.paths import (
    WRITTEN_TO,
    NotOurs,
    Route,
    made,
    main,
    routes_of,
    table,
    written,
)
from beaconfire.node.routers import routers


def service_for(path: str, locations: Mapping[str, str]) -> str | None:
    """As nginx chooses: the first pattern that fits, else the longest beginning."""
    for location, service in locations.items():
        if location.startswith("~ ") and re.match(location.removeprefix("~ "), path):
            return service
    fitting = [one for one in locations if not one.startswith("~") and path.startswith(one)]
    return locations[max(fitting, key=len)] if fitting else None


def routes(*pairs: tuple[str, str]) -> list[Route]:
    return [Route(tuple(path.strip("/").split("/")), service) for path, service in pairs]


async def test_each_route_of_each_service_comes_to_it() -> None:
    declared = list(routes_of(await routers()))
    locations = table(declared)

    assert len(declared) > 60
    for route in declared:
        path = "/" + "/".join("x-1" if one == "{}" else one for one in route.segments)
        assert service_for(path, locations) == route.service, path


def test_what_another_service_declares_below_a_path_goes_before_it() -> None:
    locations = table(
        routes(("/v1/incidents", "incident"), ("/v1/incidents/{}", "incident"),
               ("/v1/incidents/{}/dispatch", "dispatch"))
    )  # fmt: skip

    assert service_for("/v1/incidents/7", locations) == "incident"
    assert service_for("/v1/incidents/7/dispatch", locations) == "dispatch"
    assert service_for("/v1/incidents/7/dispatched", locations) == "incident"


def test_what_comes_back_to_the_first_service_below_is_told_apart() -> None:
    locations = table(
        routes(("/v1/a", "one"), ("/v1/a/b", "one"), ("/v1/a/{}/c", "two"), ("/v1/a/{}/c/d", "two"))
    )

    assert service_for("/v1/a/x/c/d", locations) == "two"
    assert service_for("/v1/a/b", locations) == "one"


def test_a_path_of_two_services_is_refused() -> None:
    with pytest.raises(NotOurs, match="/v1/units: geo and dispatch"):
        table(routes(("/v1/units", "geo"), ("/v1/units", "dispatch")))


def test_what_is_no_http_route_has_no_place_in_the_table() -> None:
    router = APIRouter()
    router.add_api_websocket_route("/v1/feed", lambda: None)

    assert list(routes_of({"situation": router})) == []


def test_maps_of_a_city_may_be_larger() -> None:
    text = written({"/v1/layers": "geo", "/v1/cells": "geo"})

    assert "location /v1/layers { client_max_body_size 64m; proxy_pass http://geo; }" in text
    assert "location /v1/cells { proxy_pass http://geo; }" in text


async def test_the_table_in_the_tree_is_what_the_routes_say() -> None:
    assert WRITTEN_TO.read_text("utf-8") == await made()


def test_a_stale_table_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["--check"]) == 1
    assert "make paths" in capsys.readouterr().out
    WRITTEN_TO.parent.mkdir(parents=True)
    assert main([]) == 0
    assert main(["--check"]) == 0
