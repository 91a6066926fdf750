"""Roads as tables: the demo city's own graph comes back from them; a bad row is named."""

import csv
import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from beaconfire.roads import csv_roads
from beaconfire.roads.csv_roads import holds_tables, read_tables
from beaconfire.roads.refusals import RoadsRefused
from beaconfire_testkit.roads import grid_of_roads

NODES = "node,lon,lat,off_road_access\n1,174.7,-36.9,1\n2,174.71,-36.9,0\n"
ARCS = "arc,from_node,to_node,t_lights_s,t_regular_s\n1,1,2,10,15\n2,2,1,10,15\n"


def _folder(folder: Path, nodes: str = NODES, arcs: str = ARCS) -> Path:
    (folder / "nodes.csv").write_text(nodes)
    (folder / "arcs.csv").write_text(arcs)
    return folder


def _quiet(_: str) -> None:
    """Nobody listens."""


def _table(heading: list[str], columns: Sequence[Sequence[float]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


@pytest.mark.parametrize("packed", ["folder", "gzip", "zip"])
def test_a_graph_comes_back_from_its_tables(tmp_path: Path, packed: str) -> None:
    network = grid_of_roads(5)
    count = list(range(1, network.node_count + 1))
    nodes = _table(
        ["node", "lon", "lat", "off_road_access"],
        [count, network.lon.tolist(), network.lat.tolist(), [1] * len(count)],
    )
    arcs = _table(
        ["from_node", "to_node", "t_lights_s", "t_regular_s", "distance_km"],
        [
            (network.tail + 1).tolist(), (network.head + 1).tolist(),
            network.seconds("lights").tolist(), network.seconds("regular").tolist(),
            (network.length_m / 1000).tolist(),
        ],
    )  # fmt: skip
    path = tmp_path
    if packed == "folder":
        _folder(tmp_path, nodes, arcs)
    elif packed == "gzip":
        for name, text in (("nodes", nodes), ("arcs", arcs)):
            (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    else:
        path = tmp_path / "roads.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("city/nodes.csv", nodes)
            archive.writestr("city/arcs.csv.gz", gzip.compress(arcs.encode()))

    drawn = read_tables(path, _quiet)

    assert holds_tables(path)
    assert np.array_equal(drawn.lon, network.lon)
    assert np.array_equal(drawn.tail, network.tail)
    assert np.array_equal(drawn.regular_s, network.seconds("regular"))
    assert np.array_equal(drawn.length_m, network.length_m)


def test_without_distances_arcs_are_as_long_as_the_straight_line(tmp_path: Path) -> None:
    drawn = read_tables(_folder(tmp_path), _quiet)

    assert drawn.length_m.tolist() == pytest.approx([889.2, 889.2], abs=0.5)
    assert drawn.enters.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("nodes", "arcs", "code", "where"),
    [
        (NODES + "2,1,1,1\n", ARCS, "double_node", "nodes.csv row 4"),
        (NODES + "3,181,0,1\n", ARCS, "bad_coordinates", "nodes.csv row 4"),
        (NODES + "3,-36.9,174.7,1\n", ARCS, "bad_coordinates", "nodes.csv row 4"),
        (NODES + "3,east,0,1\n", ARCS, "bad_row", "nodes.csv row 4: lon"),
        (NODES + "3,nan,0,1\n", ARCS, "bad_row", "nodes.csv row 4: lon"),
        (NODES + "3,1\n", ARCS, "bad_row", "nodes.csv row 4: lat"),
        (NODES, ARCS + "3,1,7,1,1\n", "unknown_node", "arcs.csv row 4"),
        (NODES, ARCS + "3,1\n", "unknown_node", "arcs.csv row 4"),
        (NODES, ARCS + "3,1,2,-1,1\n", "bad_row", "arcs.csv row 4"),
        (NODES, ARCS + "3,1,2,1,1e9\n", "bad_row", "arcs.csv row 4"),
        (NODES, ARCS.splitlines()[0] + "\n", "no_roads_in_file", "arcs.csv"),
        (NODES.splitlines()[0] + "\n", ARCS, "no_roads_in_file", "nodes.csv"),
        ("node,lat\n", ARCS, "bad_table", "nodes.csv has no column lon"),
        ("", ARCS, "bad_table", "nodes.csv has no column node"),
        (NODES + "x" * 20_000, ARCS, "roads_too_large", "nodes.csv"),
        (NODES + "\udcff\n", ARCS, "unreadable_roads", "cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_nothing_is_taken(
    tmp_path: Path, nodes: str, arcs: str, code: str, where: str
) -> None:
    (tmp_path / "nodes.csv").write_bytes(nodes.encode(errors="surrogateescape"))
    (tmp_path / "arcs.csv").write_text(arcs)

    with pytest.raises(RoadsRefused, match=where) as refused:
        read_tables(tmp_path, _quiet)

    assert refused.value.code == code


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_roads, "NODES_MAX", 1)

    with pytest.raises(RoadsRefused) as refused:
        read_tables(_folder(tmp_path), _quiet)

    assert refused.value.code == "roads_too_large"


def test_a_broken_gzip_and_a_folder_without_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RoadsRefused, match=r"no nodes\.csv"):
        read_tables(tmp_path, _quiet)
    whole = gzip.compress(NODES.encode() * 100)
    (tmp_path / "nodes.csv.gz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(RoadsRefused) as refused:
        read_tables(tmp_path, _quiet)

    assert refused.value.code == "unreadable_roads"
