"""What an import is told as: how far it is, then its preview or why it was refused."""

from beaconfire_geo.domain.layer_import import CheckedMap, LayerImport
from beaconfire_geo.entrypoints.import_schemas import ImportIn, import_out

ONE = LayerImport("i1", "grid", "EPSG:4326", "cell", "somebody", rows=3, rows_read=2)
PREVIEW = {
    "layer": None, "areas": 1, "sha256": "hash", "counts": {"added": 1}, "added": ["c1"],
    "removed": [], "moved": [], "redrawn": [], "renamed": [], "seams_known": True,
    "overlaps": [], "gaps": [],
}  # fmt: skip


def test_nobody_is_told_who_sent_it() -> None:
    told = import_out(ONE).model_dump()

    assert (told["state"], told["rows"], told["rows_read"]) == ("open", 3, 2)
    assert "somebody" not in str(told)


def test_a_checked_map_shows_what_it_would_change_and_a_refused_one_why() -> None:
    ready = import_out(ONE.filled().ready(CheckedMap(1, "hash", 0, (), PREVIEW), 4))
    refused = import_out(ONE.filled().refused({"code": "bad_area"}))

    assert ready.preview is not None
    assert ready.preview.added == ["c1"]
    assert (refused.preview, refused.problem) == (None, {"code": "bad_area"})


def test_an_import_says_into_which_layer_and_whose_coordinates() -> None:
    told = ImportIn.model_validate({"layer": "grid", "crs": "GCJ-02"})

    assert (told.layer, told.crs, told.kind) == ("grid", "GCJ-02", None)
