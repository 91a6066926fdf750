"""The road graph: its bytes come back, the same graph has the same bytes, rubbish is refused."""

import io
import zipfile

import numpy as np
import pytest

from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_network import BadNetwork, RoadNetwork
from beaconfire_testkit.roads import grid_of_roads


def test_a_graph_comes_back_from_its_bytes() -> None:
    network = grid_of_roads(6)

    again = RoadNetwork.from_bytes(network.to_bytes())

    assert again.node_count == 36
    assert again.to_bytes() == network.to_bytes()
    assert np.array_equal(again.seconds("lights"), network.seconds("lights"))


def test_a_point_joins_the_nearest_node() -> None:
    network = grid_of_roads(6)
    at = network.point(7)

    snap = network.snap(LonLat(at.lon + 1e-5, at.lat))

    assert snap.node == 7
    assert snap.off_road_m == pytest.approx(0.89, rel=0.05)
    assert snap.off_road_s > 0


def test_the_nearest_junction_names_a_place() -> None:
    network = grid_of_roads(6)

    assert network.label_near(network.point(8)) == "Street 1 / Avenue 2"


@pytest.mark.parametrize("blob", [b"", b"rubbish", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_graph_is_refused(blob: bytes) -> None:
    with pytest.raises(BadNetwork):
        RoadNetwork.from_bytes(blob)


def test_an_arc_to_nowhere_is_refused() -> None:
    blob = grid_of_roads(3).to_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(blob)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            content = old.read(one)
            if one.filename == "head.npy":
                part = io.BytesIO()
                np.save(part, np.full(len(np.load(io.BytesIO(content))), 99, dtype=np.int32))
                content = part.getvalue()
            new.writestr(one.filename, content)

    with pytest.raises(BadNetwork, match="no node"):
        RoadNetwork.from_bytes(out.getvalue())
