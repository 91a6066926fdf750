"""A road file of any kind, made the graph that geo releases, and what is told of it at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from beaconfire.roads.csv_roads import holds_tables, read_tables
from beaconfire.roads.osm_file import read_osm
from beaconfire.roads.osm_roads import Told, draw
from beaconfire.roads.refusals import RoadsRefused, too_large
from beaconfire.roads.road_speeds import RoadSpeeds
from beaconfire_spatial.road_building import DrawnRoads, LeftOut, connected, with_turns
from beaconfire_spatial.road_network import BYTES_MAX, BadNetwork, RoadNetwork


@dataclass(frozen=True, slots=True)
class BuiltRoads:
    """The graph, its bytes, and what was left out on the way to it."""

    network: RoadNetwork
    blob: bytes
    left_out: LeftOut
    told: Told | None

    def summary(self) -> list[str]:
        """What the person who imports wants to know, line by line."""
        network, left = self.network, self.left_out
        west, south, east, north = (
            network.lon.min(), network.lat.min(), network.lon.max(), network.lat.max(),
        )  # fmt: skip
        size = (
            f"{network.node_count:,} nodes, {network.arc_count:,} arcs,"
            f" {network.length_m.sum() / 1000:,.0f} km of directed road,"
            f" {len(network.labels):,} junctions with names"
        )
        lines = [
            size,
            f"from {west:.4f}, {south:.4f} to {east:.4f}, {north:.4f}",
        ]
        if self.told is not None:
            told = self.told
            lines.append(
                f"{told.ways:,} ways taken, {told.ways_closed:,} closed to crews left out,"
                f" {told.ways_cut_off:,} cut off at the edge of the file"
            )
            lines.append(
                f"{told.turns:,} forbidden turns kept, {told.turns_not_kept:,} not understood"
            )
        lines.append(
            f"left out, for no way leads there and back: {left.nodes:,} nodes, {left.arcs:,} arcs,"
            f" {left.length_m / 1000:,.0f} km"
        )
        return lines


def build_roads(path: Path, speeds: RoadSpeeds, say: Callable[[str], None]) -> BuiltRoads:
    """The largest part of a file's roads that hangs together; RoadsRefused for what is no such."""
    if not path.exists():
        raise RoadsRefused("unreadable_roads", f"there is no {path}")
    drawn, told = _drawn(path, speeds, say)
    say(f"{len(drawn.lon):,} nodes, {len(drawn.tail):,} arcs; looking for what hangs together")
    try:
        network, left_out = connected(drawn)
    except BadNetwork as error:
        raise RoadsRefused("no_roads_in_file", f"nothing of it is a road graph: {error}") from error
    blob = network.to_bytes()
    if len(blob) > BYTES_MAX:
        raise too_large(f"a graph of {len(blob):,} bytes", f"{BYTES_MAX:,}")
    return BuiltRoads(network, blob, left_out, told)


def _drawn(
    path: Path, speeds: RoadSpeeds, say: Callable[[str], None]
) -> tuple[DrawnRoads, Told | None]:
    if holds_tables(path):
        return read_tables(path, say), None
    osm = read_osm(path, speeds.classes.keys(), say)
    drawn, forbidden, told = draw(osm, speeds)
    return with_turns(drawn, forbidden), told
