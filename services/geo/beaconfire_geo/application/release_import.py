"""Release an import: its staged areas come into force by one flip, as any layer does."""

from datetime import datetime

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.application.ports import Facts, Imports, Layers, Stations
from beaconfire_geo.application.release_layer import STATION_MAPS, ReleaseLayer, release_layer
from beaconfire_geo.domain.layer_import import ImportNotReady, LayerImport
from beaconfire_geo.domain.layers import ReleasedLayer


def keys(one: LayerImport) -> tuple[LockKey, ...]:
    """One layer at a time, and one map of stations, as any release."""
    return (aggregate(f"layer/{one.layer}"), STATION_MAPS, aggregate(f"import/{one.id}"))


async def release_import(
    import_id: str,
    *,
    imports: Imports,
    layers: Layers,
    stations: Stations,
    facts: Facts,
    now: datetime,
) -> ReleasedLayer:
    """Put it in force and tell it; LayerMovedOn where another version came since it was checked."""
    one = await imports.get(import_id)
    released = one.released()
    if one.checked is None or one.version is None:
        raise ImportNotReady
    told = one.checked
    command = ReleaseLayer(one.layer, one.version, told.areas, told.sha256, told.based_on)
    head = await release_layer(command, layers=layers, stations=stations, facts=facts, now=now)
    await imports.save(released)
    return head
