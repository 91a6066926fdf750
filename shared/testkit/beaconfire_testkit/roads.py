"""Made-up road graphs for tests: a grid of streets, and graphs of chance."""

import numpy as np

from beaconfire_spatial.road_network import RoadNetwork

SPACING_DEG = 0.002


def grid_of_roads(side: int, *, west: float = 174.7, south: float = -36.9) -> RoadNetwork:
    """`side` streets by `side` avenues, two-way, 20 s a block with lights and 30 s without."""
    places = [(row, column) for row in range(side) for column in range(side)]
    arcs = [
        (row * side + column, other_row * side + other_column)
        for row, column in places
        for other_row, other_column in ((row, column + 1), (row + 1, column))
        if other_row < side and other_column < side
    ]
    both = arcs + [(head, tail) for tail, head in arcs]
    arrays = {
        "lon": np.array([west + column * SPACING_DEG for _, column in places]),
        "lat": np.array([south + row * SPACING_DEG for row, _ in places]),
        "enters": np.ones(len(places), dtype=np.uint8),
        "tail": np.array([tail for tail, _ in both], dtype=np.int32),
        "head": np.array([head for _, head in both], dtype=np.int32),
        "lights_s": np.full(len(both), 20.0, dtype=np.float32),
        "regular_s": np.full(len(both), 30.0, dtype=np.float32),
        "length_m": np.full(len(both), 200.0, dtype=np.float32),
        "label": np.arange(len(places), dtype=np.int32),
    }
    return RoadNetwork(arrays, [f"Street {row} / Avenue {column}" for row, column in places])


def graph_of_chance(seed: int, nodes: int, arcs: int) -> RoadNetwork:
    """A graph without any order: some nodes out of reach, some arcs side by side."""
    chance = np.random.default_rng(seed)
    seconds = chance.uniform(0.5, 90, arcs).astype(np.float32)
    arrays = {
        "lon": chance.uniform(174.6, 174.9, nodes),
        "lat": chance.uniform(-37.0, -36.7, nodes),
        "enters": np.ones(nodes, dtype=np.uint8),
        "tail": chance.integers(0, nodes, arcs).astype(np.int32),
        "head": chance.integers(0, nodes, arcs).astype(np.int32),
        "lights_s": seconds,
        "regular_s": seconds * np.float32(1.4),
        "length_m": seconds * np.float32(13),
        "label": np.full(nodes, -1, dtype=np.int32),
    }
    return RoadNetwork(arrays, [])


def all_at_one_place(*, nodes: int, arcs: int) -> RoadNetwork:
    """A graph of zeros alone: how many there are is all that tells it from another."""
    seconds = np.ones(arcs, dtype=np.float32)
    arrays = {
        "lon": np.zeros(nodes),
        "lat": np.zeros(nodes),
        "enters": np.ones(nodes, dtype=np.uint8),
        "tail": np.zeros(arcs, dtype=np.int32),
        "head": np.zeros(arcs, dtype=np.int32),
        "lights_s": seconds,
        "regular_s": seconds,
        "length_m": seconds,
        "label": np.full(nodes, -1, dtype=np.int32),
    }
    return RoadNetwork(arrays, [])
