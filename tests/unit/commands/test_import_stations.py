"""Stations of a layer are registered with dispatch as the released layer has them."""

import json
from typing import Any

import httpx
import pytest

from beaconfire.commands.import_stations import Owned, bodies_of, owned, registered
from beaconfire.mapfile.columns import Columns
from beaconfire.mapfile.rows import BadRows, MapRow
from beaconfire.simulation.api import Api

BODY = {"id": "b1", "code": "akl-fire", "division": "akl"}
AREA = {
    "code": "N1", "name_zh": "一站", "name_en": "One",
    "geometry": {"type": "Point", "coordinates": [174.7, -36.8]},
}  # fmt: skip
WANTED = [Owned(1, "N1", "akl-fire")]


Asked = list[httpx.Request]


def node(stations: list[str], *, refuses: bool = False) -> tuple[httpx.AsyncClient, Asked]:
    """A stand-in for the network's other end: these stations are there; it may refuse more."""
    told: Asked = []
    items: dict[str, list[Any]] = {
        "/v1/bodies": [BODY], "/v1/layers/stations": [AREA],
        "/v1/stations": [{"code": one} for one in stations],
    }  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"items": items[request.url.path], "next": None})
        told.append(request)
        if refuses:
            return httpx.Response(409, json={"code": "station_code_taken", "detail": "another's"})
        return httpx.Response(201, json={})

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://node"), told


def test_rows_that_name_a_body_are_wanted_by_their_full_code() -> None:
    rows = [
        MapRow({"no": 7, "whose": "akl-fire"}, None), MapRow({"no": 8, "whose": ""}, None),
    ]  # fmt: skip
    columns = Columns(code="no", code_prefix="S", body="whose")

    assert owned(rows, columns) == [Owned(1, "S7", "akl-fire")]
    assert owned(rows, Columns(code="no", body=None)) == []


async def test_a_body_that_is_not_there_is_told_by_row() -> None:
    http, _ = node([])
    async with http:
        found = await bodies_of(Api(http, "token"), WANTED)
        with pytest.raises(BadRows) as refused:
            await bodies_of(Api(http, "token"), [*WANTED, Owned(2, "N2", "lost")])

    assert found == {"akl-fire": BODY}
    assert [(one.row, one.code) for one in refused.value.rows] == [(2, "unknown_body")]


@pytest.mark.parametrize(
    ("stations", "refuses", "said"),
    [
        ([], False, ["stations registered: 1, there already: 0"]),
        (["N1"], False, ["stations registered: 0, there already: 1"]),
        (["N1"], True, ["stations registered: 0, there already: 0",
                        "station N1: not registered (station_code_taken)"]),
    ],
)  # fmt: skip
async def test_each_is_registered_where_the_layer_has_it_and_a_refusal_is_told(
    stations: list[str], said: list[str], *, refuses: bool
) -> None:
    http, asked = node(stations, refuses=refuses)
    async with http:
        told = await registered(Api(http, "token"), "stations", WANTED, {"akl-fire": BODY})

    assert told == said
    [request] = asked
    station = json.loads(request.content)
    assert (request.url.path, station["body"], station["division"]) == ("/v1/stations", "b1", "akl")
    assert station["point"] == {"lon": 174.7, "lat": -36.8}


async def test_without_a_body_nothing_is_asked() -> None:
    http, asked = node([])
    async with http:
        api = Api(http, "token")
        assert await registered(api, "stations", [], {}) == []
        assert await bodies_of(api, []) == {}

    assert asked == []
