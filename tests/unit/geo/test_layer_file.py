"""Layers as they come in: shapes that can be used, hashes of what is on the map."""

from typing import Any

import pytest

from beaconfire_geo.adapters.layer_file import BadArea, areas_of, content_hash
from beaconfire_geo.entrypoints.schemas import LayerIn
from beaconfire_testkit.grid import EAST, WEST, area, grid


def areas(body: dict[str, Any]) -> list[Any]:
    """The areas of a body as sent."""
    return areas_of(LayerIn.model_validate(body).features)


def test_the_same_map_in_another_order_has_the_same_hash() -> None:
    assert content_hash(areas(grid(WEST, EAST))) == content_hash(areas(grid(EAST, WEST)))


@pytest.mark.parametrize(
    "other",
    [
        area("c1", "cell", "akl", (174.7, -36.9, 174.7101, -36.89)),
        {**WEST, "properties": {**WEST["properties"], "name_en": "Other"}},
    ],
)
def test_another_shape_or_name_is_another_map(other: dict[str, Any]) -> None:
    assert content_hash(areas(grid(WEST))) != content_hash(areas(grid(other)))


def test_a_shape_that_crosses_itself_is_pointed_at() -> None:
    bow = area("c1", "cell", "akl", (174.7, -36.9, 174.71, -36.89))
    [ring] = bow["geometry"]["coordinates"]
    ring[1], ring[2] = ring[2], ring[1]

    with pytest.raises(BadArea) as refused:
        areas(grid(bow))

    assert refused.value.pointer == "/features/1/geometry"
    assert refused.value.fields == {"area": "c1"}
