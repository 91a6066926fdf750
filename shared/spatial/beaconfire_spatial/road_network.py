"""A road graph as arrays: nodes, directed arcs with two travel times, labels of junctions.

Its bytes are an artefact that geo releases and others fetch by hash: numpy's own archive without
pickled objects, written the same way every time.
"""

import io
import zipfile
from typing import Final

import numpy as np
from scipy.spatial import KDTree

from beaconfire_spatial.geometry import EARTH_RADIUS_M, LonLat
from beaconfire_spatial.road_entries import RoadEntries, Snap

BYTES_MAX: Final = 64 * 2**20
NODES_MAX: Final = 5_000_000
_ARRAYS: Final = {
    "lon": np.float64,
    "lat": np.float64,
    "enters": np.uint8,
    "tail": np.int32,
    "head": np.int32,
    "lights_s": np.float32,
    "regular_s": np.float32,
    "length_m": np.float32,
    "label": np.int32,
}
_OF_NODES: Final = ("lon", "lat", "enters", "label")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

Mode = str
"""`lights` (with lights and sirens) or `regular`."""


class BadNetwork(ValueError):  # noqa: N818  (told to people as it is)
    """These bytes are no road graph."""


class RoadNetwork:
    """An immutable road graph."""

    def __init__(self, arrays: dict[str, np.ndarray], labels: list[str]) -> None:
        """Arrays as named in `_ARRAYS`; `label` gives each node's label by place, -1 for none."""
        self.lon, self.lat = arrays["lon"], arrays["lat"]
        self.tail, self.head = arrays["tail"], arrays["head"]
        self.length_m = arrays["length_m"]
        self.labels = labels
        self._arrays = arrays
        self._check()
        entries = np.flatnonzero(arrays["enters"])
        if not len(entries):
            raise BadNetwork("no node may be entered")
        self._labelled = np.flatnonzero(arrays["label"] >= 0)
        self._scale = float(np.cos(np.radians(self.lat.mean())))
        self.entries = RoadEntries(entries, self._plane(entries), self._scale)
        self._label_tree = KDTree(self._plane(self._labelled)) if len(self._labelled) else None

    def _check(self) -> None:
        nodes, arcs = len(self.lon), len(self.tail)
        if not 0 < nodes <= NODES_MAX or not arcs:
            raise BadNetwork(f"{nodes} nodes and {arcs} arcs are no graph")
        for name, array in self._arrays.items():
            if len(array) != (nodes if name in _OF_NODES else arcs):
                raise BadNetwork(f"{name} is not one a node or arc")
            if not np.isfinite(array).all():
                raise BadNetwork(f"{name} is not finite")
        if self.tail.min() < 0 or max(self.tail.max(), self.head.max()) >= nodes:
            raise BadNetwork("an arc ends at no node")
        if min(self._arrays["lights_s"].min(), self._arrays["regular_s"].min()) < 0:
            raise BadNetwork("a travel time is negative")
        if self._arrays["label"].max() >= len(self.labels):
            raise BadNetwork("a label is missing")

    @property
    def node_count(self) -> int:
        """Nodes."""
        return len(self.lon)

    @property
    def arc_count(self) -> int:
        """Directed arcs."""
        return len(self.tail)

    def seconds(self, mode: Mode) -> np.ndarray:
        """Travel time of each arc in seconds."""
        if mode not in ("lights", "regular"):
            raise ValueError(f"no mode {mode}")
        return self._arrays[f"{mode}_s"]

    def point(self, node: int) -> LonLat:
        """Where a node is."""
        return LonLat(float(self.lon[node]), float(self.lat[node]))

    def snap(self, point: LonLat) -> Snap:
        """The nearest node at which the road may be joined, and the way there."""
        return self.entries.snap([point]).one(0)

    def label_near(self, point: LonLat) -> str | None:
        """The label of the nearest labelled node: a junction's two streets."""
        if self._label_tree is None:
            return None
        _, place = self._label_tree.query(self._project(point))
        return self.labels[int(self._arrays["label"][self._labelled[int(place)]])]

    def _plane(self, nodes: np.ndarray) -> np.ndarray:
        return (
            np.radians(np.column_stack((self.lon[nodes] * self._scale, self.lat[nodes])))
            * EARTH_RADIUS_M
        )

    def _project(self, point: LonLat) -> np.ndarray:
        return np.radians(np.array([point.lon * self._scale, point.lat])) * EARTH_RADIUS_M

    def to_bytes(self) -> bytes:
        """The archive; the same graph gives the same bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(_ARRAYS):
                part = io.BytesIO()
                np.save(part, self._arrays[name].astype(_ARRAYS[name]), allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), part.getvalue(), 8)
            text = "\n".join(self.labels).encode()
            archive.writestr(zipfile.ZipInfo("labels.txt", _EPOCH), text, 8)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, blob: bytes) -> "RoadNetwork":
        """The graph in an archive; BadNetwork for anything else, whatever its size claims."""
        try:
            with zipfile.ZipFile(io.BytesIO(blob)) as archive:
                if sum(one.file_size for one in archive.infolist()) > 8 * BYTES_MAX:
                    raise BadNetwork("the graph is too large")
                arrays = {
                    name: np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
                    for name in _ARRAYS
                }
                labels = archive.read("labels.txt").decode().splitlines()
        except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
            raise BadNetwork(f"not a road graph: {str(error)[:80]}") from error
        if any(array.ndim != 1 for array in arrays.values()):
            raise BadNetwork("an array is not one-dimensional")
        typed = {name: array.astype(_ARRAYS[name]) for name, array in arrays.items()}
        return cls(typed, labels)
