"""Whether a city can be played at all: every call can be reached, and everybody comes home."""

import numpy as np

from beaconfire.city.folder import BadCity, City
from beaconfire.city.trips import CityRoads


def refuse_unreachable(city: City, roads: CityRoads) -> None:
    """BadCity names the first place from which or to which no road leads."""
    table = roads.tables["lights"]
    stations = np.array([one.node for one in city.stations])
    calls = np.array([one.site.node for one in city.calls])
    hospitals = np.array([one.node for one in city.hospitals], dtype=np.int64)
    _refuse(table.seconds(stations, stations), "stations: station", "station")
    if len(hospitals):
        _refuse(table.seconds(stations, hospitals), "hospitals: hospital", "station")
        _refuse(table.seconds(hospitals, stations).T, "stations: station", "hospital")
    nodes, first = np.unique(calls, return_index=True)
    for seconds in (table.seconds(stations, nodes), table.seconds(nodes, stations).T):
        cut = ~np.isfinite(seconds).all(axis=0)
        if cut.any():
            call = city.calls[int(first[np.flatnonzero(cut)[0]])]
            raise BadCity(
                f"calls_generated: call {call.number} of repetition {call.rep}: no road leads "
                "between its node and every station"
            )


def _refuse(seconds: np.ndarray, what: str, start: str) -> None:
    """Columns are what must be reached from each row."""
    rows, columns = np.nonzero(~np.isfinite(seconds))
    if len(rows):
        place, other = int(columns[0]) + 1, int(rows[0]) + 1
        raise BadCity(f"{what} {place} in its table: no road leads to it from {start} {other}")
