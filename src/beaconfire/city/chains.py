"""A road network without the nodes that only cut long roads into pieces.

What is left are junctions and the chains of nodes between them; JEMSS does the same before it
precomputes all its travel times (JEMSS.jl, `src/network.jl`).
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Chain:
    """A directed way from one junction to the next, by its nodes and arcs (链)."""

    nodes: tuple[int, ...]
    """From junction to junction, both included."""
    arcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chains:
    """All of them, and which nodes are junctions (路网骨架)."""

    junctions: tuple[int, ...]
    chains: tuple[Chain, ...]


def chains_of(node_count: int, tail: np.ndarray, head: np.ndarray) -> Chains:
    """Junctions and chains of a network given by its arcs."""
    leaving: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    coming: defaultdict[int, list[int]] = defaultdict(list)
    for arc, (start, end) in enumerate(zip(tail.tolist(), head.tolist(), strict=True)):
        leaving[start].append((arc, end))
        coming[end].append(start)
    inner = [
        _is_inner(node, [end for _, end in leaving[node]], coming[node])
        for node in range(node_count)
    ]
    chains: list[Chain] = []
    walked: set[int] = set()
    for node in range(node_count):
        if not inner[node] and (leaving[node] or coming[node]):
            _walk_from(node, leaving, inner, chains, walked)
    for node in range(node_count):  # a ring that no junction is on
        if inner[node] and any(arc not in walked for arc, _ in leaving[node]):
            inner[node] = False
            _walk_from(node, leaving, inner, chains, walked)
    junctions = tuple(
        one for one in range(node_count) if not inner[one] and (leaving[one] or coming[one])
    )
    return Chains(junctions, tuple(chains))


def _is_inner(node: int, leaving: list[int], coming: list[int]) -> bool:
    """Whether a node only lies on a way: one way through it, or one and its way back."""
    around = set(leaving) | set(coming)
    if len(around) != 2 or node in around or len(leaving) != len(coming):
        return False
    if len(leaving) == 1:
        return leaving != coming
    return len(leaving) == 2 and set(leaving) == set(coming) == around


def _walk_from(
    start: int,
    leaving: dict[int, list[tuple[int, int]]],
    inner: list[bool],
    chains: list[Chain],
    walked: set[int],
) -> None:
    """Every chain that leaves a junction."""
    for first, following in leaving[start]:
        if first in walked:
            continue
        nodes, arcs = [start, following], [first]
        while inner[nodes[-1]]:
            arc, node = next(
                one
                for one in leaving[nodes[-1]]
                if one[1] != nodes[-2] or len(leaving[nodes[-1]]) == 1
            )
            nodes.append(node)
            arcs.append(arc)
        walked.update(arcs)
        chains.append(Chain(tuple(nodes), tuple(arcs)))
