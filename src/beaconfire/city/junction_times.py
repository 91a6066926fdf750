"""Seconds between junctions: all at once where they fit in memory, else as they are asked for."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

MEMORY_BYTES: Final = 1_000_000_000
"""Of what was asked for, so much is kept in one mode."""
AT_ONCE: Final = 64
"""So many ways out are found in one go, which bounds what is not kept."""


class JunctionTimes(Protocol):
    """Times and ways between junctions, which are numbered from 0 (路口间行车时间)."""

    def seconds(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """From each start (row) to each end (column); infinite where no road leads."""
        ...

    def stops(self, start: int, end: int) -> list[int]:
        """The junctions of the fastest way, both ends included."""
        ...


class AllPairs:
    """A table of all of them, and the last junction before each: JEMSS's own method."""

    def __init__(self, graph: csr_matrix) -> None:
        """Takes the square of the junctions, eight bytes each."""
        between, self._before = dijkstra(graph, return_predecessors=True)
        self._between = between.astype(np.float32)

    def seconds(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Read from the table."""
        return self._between[starts[:, None], ends[None, :]]

    def stops(self, start: int, end: int) -> list[int]:
        """Back from the end, by the last junction before each."""
        found = [end]
        while found[-1] != start:
            found.append(int(self._before[start, found[-1]]))
        return found[::-1]


class AsAsked:
    """From the fewer of the two sides, and kept: calls come and go, stations stay."""

    def __init__(self, graph: csr_matrix, memory_bytes: int = MEMORY_BYTES) -> None:
        """Nothing is found until it is asked for."""
        self._graph, self._back = graph, csr_matrix(graph.T)
        most = max(2 * AT_ONCE, memory_bytes // (16 * (len(graph.indptr) - 1)))
        self._from = _Kept(self._graph, most)
        self._to = _Kept(self._back, most)

    def seconds(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """By ways out of the starts or ways into the ends, whichever has to find fewer."""
        if self._to.missing(ends) <= self._from.missing(starts):
            return self._to.seconds(ends, starts).T
        return self._from.seconds(starts, ends)

    def stops(self, start: int, end: int) -> list[int]:
        """On from the start, to whichever neighbour is nearest to the end."""
        left_s = self._to.row(end)
        found = [start]
        while found[-1] != end:
            first, last = self._graph.indptr[found[-1] : found[-1] + 2]
            ahead = self._graph.indices[first:last]
            found.append(int(ahead[np.argmin(self._graph.data[first:last] + left_s[ahead])]))
        return found


class _Kept:
    """The ways out of some junctions, the newest kept."""

    def __init__(self, graph: csr_matrix, most: int) -> None:
        self._graph, self._most = graph, most
        self._rows: OrderedDict[int, np.ndarray] = OrderedDict()

    def missing(self, starts: np.ndarray) -> int:
        """How many of them have to be found first."""
        return sum(one not in self._rows for one in np.unique(starts).tolist())

    def row(self, start: int) -> np.ndarray:
        """The seconds from one junction to all."""
        if start not in self._rows:
            self._find([start])
        self._rows.move_to_end(start)
        return self._rows[start]

    def seconds(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """From each start (row) to each end (column)."""
        found = np.empty((len(starts), len(ends)))
        wanted, place = np.unique(starts, return_inverse=True)
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE].tolist()
            self._find([one for one in some if one not in self._rows])
            for at, one in enumerate(some, start=first):
                found[place == at] = self.row(one)[ends]
        return found

    def _find(self, starts: Sequence[int]) -> None:
        if not starts:
            return
        rows = dijkstra(self._graph, indices=list(starts))
        self._rows.update(zip(starts, rows.reshape(len(starts), -1), strict=True))
        while len(self._rows) > self._most:
            self._rows.popitem(last=False)
