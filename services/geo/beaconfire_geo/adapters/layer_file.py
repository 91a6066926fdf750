"""Layers as they come in: GeoJSON features to areas, with a pointer to whatever is wrong."""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import shapely

from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.layers import Area, DraftArea, with_paths
from beaconfire_spatial.geometry import BadGeometry, polygon_from_geojson


class BadArea(Invalid):
    """An area's shape cannot be used."""


class PropertiesOf(Protocol):
    """What an area is, as sent."""

    code: str
    level: str
    parent: str | None
    name_zh: str
    name_en: str


class FeatureOf(Protocol):
    """One area, as sent."""

    @property
    def properties(self) -> PropertiesOf:
        """Code, level, parent, names."""
        ...

    def geojson(self) -> dict[str, object]:
        """The geometry as a GeoJSON object."""
        ...


def areas_of(features: Sequence[FeatureOf]) -> list[Area]:
    """The areas of a feature collection with their paths; refuses the first that cannot be."""
    drafts: list[DraftArea] = []
    for number, feature in enumerate(features):
        try:
            geometry = polygon_from_geojson(feature.geojson())
        except BadGeometry as error:
            raise BadArea(
                str(error), pointer=f"/features/{number}/geometry", area=feature.properties.code
            ) from error
        told = feature.properties
        drafts.append(
            DraftArea(told.code, told.level, told.parent, told.name_zh, told.name_en, geometry)
        )
    return with_paths(drafts)


def content_hash(areas: Sequence[Area]) -> str:
    """SHA-256 over paths, names and shapes: two releases with the same map have the same hash."""
    digest = hashlib.sha256()
    for one in areas:
        digest.update(f"{one.path}\n{one.level}\n{one.name_zh}\n{one.name_en}\n".encode())
        digest.update(shapely.to_wkb(one.geometry))
    return digest.hexdigest()
