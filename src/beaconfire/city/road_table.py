"""Every travel time of a city: those between junctions, and each node's ways to them.

JEMSS's own method: a table of all pairs is a thousand times faster than finding a way for each
question. Where its square would not fit, ways are found as they are asked for.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix

from beaconfire.city.chains import Chain, chains_of
from beaconfire.city.junction_times import AllPairs, AsAsked, JunctionTimes

TABLE_MAX: Final = 10_000
"""Junctions of a table of all pairs: 0.8 GB a mode, a minute to make."""
JUNCTIONS_MAX: Final = 500_000
"""Beyond that one way takes the better part of a second, and a day of calls hours."""
FEW_PAIRS: Final = 20_000
NO_CHAIN: Final = -1


class TooManyJunctions(ValueError):  # noqa: N818  (told to people as it is)
    """The city's roads do not fit a table of all pairs."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way along the road: its nodes, and the seconds after which each is reached (路径)."""

    nodes: np.ndarray
    after_s: np.ndarray


class RoadTable:
    """Seconds and ways between nodes of a network, in one travel mode."""

    def __init__(
        self,
        node_count: int,
        tail: np.ndarray,
        head: np.ndarray,
        seconds: np.ndarray,
        table_max: int | None = None,
    ) -> None:
        """Takes some seconds for a city; TooManyJunctions when it is no city any more."""
        skeleton = chains_of(node_count, tail, head)
        if len(skeleton.junctions) > JUNCTIONS_MAX:
            raise TooManyJunctions(f"{len(skeleton.junctions)} junctions, {JUNCTIONS_MAX} at most")
        self._chains = skeleton.chains
        self._junctions = np.array(skeleton.junctions)
        self._place = np.full(node_count, -1)
        self._place[self._junctions] = np.arange(len(self._junctions))
        self._along = [
            np.concatenate(([0.0], np.cumsum(seconds[list(one.arcs)]))) for one in self._chains
        ]
        most = TABLE_MAX if table_max is None else table_max
        kind = AllPairs if len(skeleton.junctions) <= most else AsAsked
        self._times: JunctionTimes = kind(self._graph())
        self._lay_out(node_count)

    def seconds(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Seconds from each start (row) to each end (column); infinite where no road leads."""
        if starts.size * ends.size <= FEW_PAIRS:
            return self._of_few(starts, ends)
        best = np.full((len(starts), len(ends)), np.inf)
        for out in (0, 1):
            for into in (0, 1):
                np.minimum(best, self._through(starts, ends, out, into), out=best)
                np.minimum(best, self._direct(starts, ends, out, into), out=best)
        return best

    def _of_few(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """The same with both ways out and both ways in at once: few large steps, not many small."""
        shape = (starts.size, 2, ends.size, 2)
        out, into = self._out[starts].reshape(-1), self._in[ends].reshape(-1)
        best = self._times.seconds(out, into).astype(float).reshape(shape)
        best += self._out_s[starts][:, :, None, None]
        best += self._in_s[ends][None, None]
        ahead = self._after[ends][None, None] - self._after[starts][:, :, None, None]
        chain = self._chain[starts][:, :, None, None]
        is_direct = (chain == self._chain[ends][None, None]) & (chain != NO_CHAIN) & (ahead >= 0)
        np.minimum(best, ahead, out=best, where=is_direct)
        return best.min(axis=(1, 3))

    def way(self, start: int, end: int) -> Way:
        """The fastest way between two nodes that have one."""
        if start == end:
            return Way(np.array([start]), np.array([0.0]))
        one, other = np.array([start]), np.array([end])
        found = [
            (float(how(one, other, out, into)[0, 0]), is_direct, out, into)
            for out in (0, 1)
            for into in (0, 1)
            for is_direct, how in ((True, self._direct), (False, self._through))
        ]
        _, is_direct, out, into = min(found)
        if is_direct:
            return self._piece(int(self._chain[start, out]), start, end)
        return self._long_way(start, end, out, into)

    def _graph(self) -> csr_matrix:
        count = len(self._junctions)
        self._hop: dict[tuple[int, int], int] = {}
        for number, (chain, along) in enumerate(zip(self._chains, self._along, strict=True)):
            ends = int(self._place[chain.nodes[0]]), int(self._place[chain.nodes[-1]])
            held = self._hop.get(ends)
            if held is None or along[-1] < self._along[held][-1]:
                self._hop[ends] = number
        pairs = [ends for ends in self._hop if ends[0] != ends[1]]
        weights = np.array([max(self._along[self._hop[one]][-1], 1e-6) for one in pairs])
        rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return csr_matrix((weights, (rows, columns)), shape=(count, count))

    def _lay_out(self, node_count: int) -> None:
        """Of each node up to two chains it lies on; a junction is its own way in and out."""
        self._chain = np.full((node_count, 2), NO_CHAIN)
        self._after = np.zeros((node_count, 2))
        self._out_s, self._in_s = np.full((2, node_count, 2), np.inf)
        self._out, self._in = np.zeros((2, node_count, 2), dtype=np.int64)
        for number, (chain, along) in enumerate(zip(self._chains, self._along, strict=True)):
            self._lie_on(number, chain, along)
        own = self._junctions
        self._out[own, 0] = self._in[own, 0] = self._place[own]
        self._out_s[own, 0] = self._in_s[own, 0] = 0.0

    def _lie_on(self, number: int, chain: Chain, along: np.ndarray) -> None:
        inside = list(chain.nodes[1:-1])
        if not inside:
            return
        slot = int(self._chain[inside[0], 0] != NO_CHAIN)
        self._chain[inside, slot] = number
        self._after[inside, slot] = along[1:-1]
        self._in_s[inside, slot] = along[1:-1]
        self._out_s[inside, slot] = along[-1] - along[1:-1]
        self._in[inside, slot] = self._place[chain.nodes[0]]
        self._out[inside, slot] = self._place[chain.nodes[-1]]

    def _through(self, starts: np.ndarray, ends: np.ndarray, out: int, into: int) -> np.ndarray:
        between = self._times.seconds(self._out[starts, out], self._in[ends, into])
        return self._out_s[starts, out][:, None] + between + self._in_s[ends, into][None, :]

    def _direct(self, starts: np.ndarray, ends: np.ndarray, out: int, into: int) -> np.ndarray:
        chain, goal = self._chain[starts, out][:, None], self._chain[ends, into][None, :]
        ahead = self._after[ends, into][None, :] - self._after[starts, out][:, None]
        return np.where((chain == goal) & (chain != NO_CHAIN) & (ahead >= 0), ahead, np.inf)

    def _piece(self, number: int, start: int, end: int) -> Way:
        """The part of a chain between two nodes on it."""
        nodes, along = self._chains[number].nodes, self._along[number]
        first = nodes.index(start)
        last = nodes.index(end, first)
        return Way(np.array(nodes[first : last + 1]), along[first : last + 1] - along[first])

    def _long_way(self, start: int, end: int, out: int, into: int) -> Way:
        """Out of a chain to its junction, from junction to junction, and into another chain."""
        first, last = int(self._out[start, out]), int(self._in[end, into])
        pieces: list[Way] = []
        if (begun := int(self._chain[start, out])) != NO_CHAIN and self._place[start] < 0:
            pieces.append(self._piece(begun, start, int(self._junctions[first])))
        for one, following in pairwise(self._times.stops(first, last)):
            number = self._hop[one, following]
            pieces.append(Way(np.array(self._chains[number].nodes), self._along[number]))
        if (ended := int(self._chain[end, into])) != NO_CHAIN and self._place[end] < 0:
            pieces.append(self._piece(ended, int(self._junctions[last]), end))
        return _joined(pieces, start)


def _joined(pieces: list[Way], start: int) -> Way:
    if not pieces:
        return Way(np.array([start]), np.array([0.0]))
    nodes, after = [pieces[0].nodes], [pieces[0].after_s]
    for one in pieces[1:]:
        nodes.append(one.nodes[1:])
        after.append(one.after_s[1:] + after[-1][-1])
    return Way(np.concatenate(nodes), np.concatenate(after))
