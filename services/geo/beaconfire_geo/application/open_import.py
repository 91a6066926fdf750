"""Open an import: a place for a map that is on its way in, to be filled, checked and released."""

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.application.ports import Imports
from beaconfire_geo.domain.layer_import import LayerImport


def keys(opened: LayerImport) -> tuple[LockKey, ...]:
    """Nobody else has its id."""
    return (aggregate(f"import/{opened.id}"),)


async def open_import(opened: LayerImport, *, imports: Imports) -> LayerImport:
    """Keep it, open for its map."""
    await imports.open(opened)
    return opened
