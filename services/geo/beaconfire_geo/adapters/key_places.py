"""The register of places where people are: a layer of points, indexed when a version is new."""

import asyncio

import numpy as np
import shapely

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.postgres import PgLayers
from beaconfire_geo.application.zoning import NearPlace
from beaconfire_geo.domain.layers import Area
from beaconfire_platform.database import Database
from beaconfire_spatial.fences import Fence
from beaconfire_spatial.geometry import LonLat, box_around, distance_m


class KeyPlaces:
    """One layer of points with their kind (their level) and how many people they hold."""

    def __init__(self, database: Database, layer: str) -> None:
        """`layer` is where places of this kind lie."""
        self._database = database
        self._layer = layer
        self._loading = asyncio.Lock()
        self._version = 0
        self._places: list[Area] = []
        self._at: np.ndarray = np.zeros((0, 2))
        self._tree = shapely.STRtree([])

    async def near(self, point: Point, radius_m: float) -> list[NearPlace]:
        """Those within a radius, the nearest first."""
        await self._load()
        at = LonLat(point.lon, point.lat)
        found = [
            NearPlace(self._places[nth], round(distance_m(at, LonLat(*self._at[nth])), 1))
            for nth in self._tree.query(box_around(at, radius_m)).tolist()
        ]
        return sorted(
            (one for one in found if one.distance_m <= radius_m),
            key=lambda one: (one.distance_m, one.place.code),
        )

    async def inside(self, fence: Fence) -> list[NearPlace]:
        """Those within a fence, by code."""
        await self._load()
        near = np.sort(self._tree.query(shapely.box(*fence.box(0.0))))
        if not len(near):
            return []
        outside_m = fence.outside_m(*self._at[near].T)
        return [NearPlace(self._places[nth], 0.0) for nth in near[outside_m <= 0].tolist()]

    async def _load(self) -> None:
        """Index the version in force, unless it is."""
        async with self._loading:
            async with self._database.reading() as connection:
                layers = PgLayers(connection)
                head = await layers.newest(self._layer)
                if head is None or head.version == self._version:
                    return
                whole = await layers.whole(head.name, head.version)
            places = sorted(
                (one for one in whole if isinstance(one.geometry, shapely.Point)),
                key=lambda one: one.code,
            )
            points = [one.geometry for one in places if one.geometry is not None]
            self._tree = await asyncio.to_thread(shapely.STRtree, points)
            self._places, self._at = places, shapely.get_coordinates(points)
            self._version = head.version
