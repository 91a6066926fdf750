"""What a layer is over HTTP, as it comes in and as it is told."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.application.desks import Preview
from beaconfire_geo.domain.changes import LayerChanges
from beaconfire_geo.domain.seams import OutsideFound, OverlapFound, SeamCounts, Seams
from beaconfire_geo.entrypoints.layer_schemas import TOLD_MAX, LayerIn, levels_out, preview_out
from beaconfire_testkit.grid import WEST, grid

UNNAMED = {key: value for key, value in grid(WEST).items() if key != "crs"}


@pytest.mark.parametrize(
    "wrong",
    [
        UNNAMED, grid(WEST) | {"crs": ""}, grid(WEST) | {"type": "Feature"},
        grid(WEST) | {"features": []}, grid(WEST) | {"features": [{}]}, grid(WEST) | {"x": 1},
    ],
)  # fmt: skip
def test_a_layer_names_its_datum_and_its_areas(wrong: dict[str, Any]) -> None:
    LayerIn.model_validate(grid(WEST))
    with pytest.raises(ValidationError):
        LayerIn.model_validate(wrong)


def test_a_boundary_that_nobody_knows_is_null() -> None:
    sent = LayerIn.model_validate(grid(WEST | {"geometry": None}))

    assert [one.geojson() is None for one in sent.features] == [False, True]


def test_a_preview_counts_everything_and_tells_a_hundred() -> None:
    many = tuple(f"c{number}" for number in range(TOLD_MAX + 7))
    seams = Seams(
        is_known=True,
        overlaps=(OverlapFound("a", "b", 9.0, 1.0, 2.0),),
        outside=(OutsideFound("a", "q", 9.0, 0.25, 1.0, 2.0),),
        counts=SeamCounts(overlaps=1_207, outside=1),
    )

    told = preview_out(Preview(None, 3, "f" * 64, LayerChanges(many, (), (), (), (), 5), seams))

    assert (len(told.added), told.counts["added"], told.counts["unchanged"]) == (100, 107, 5)
    assert (told.overlaps[0].code, told.counts["overlaps"], told.layer) == ("a", 1_207, None)
    assert (told.outside[0].parent, told.outside[0].share, told.counts["outside"]) == ("q", 0.25, 1)


def test_levels_are_told_in_both_languages_from_the_top_down() -> None:
    told = levels_out(load_levels(), ("grid", "cell", 3))
    cells = [one for one in told.levels if one.kind == "cell"]

    assert [one.rank for one in cells] == sorted(one.rank for one in cells)
    assert all(one.name_zh and one.name_en for one in (*told.kinds, *told.levels))
    assert (told.placed_in.layer, told.placed_in.level, told.placed_in.cells) == ("grid", "cell", 3)
