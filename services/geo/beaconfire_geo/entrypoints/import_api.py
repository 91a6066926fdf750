"""Geo's routes over maps on their way in: no call takes long, however large the map is.

An import is opened, filled with its map, looked at until it is checked, and released. Who opened it
alone sees it; its tops are asked for by right when it is released, and before its preview is told.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response

from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.application.desks import ImportDesk, LayerDesk
from beaconfire_geo.application.open_import import keys as keys_to_open
from beaconfire_geo.application.open_import import open_import
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.application.release_import import keys as keys_to_release
from beaconfire_geo.application.release_import import release_import
from beaconfire_geo.domain.layer_import import LayerImport
from beaconfire_geo.entrypoints.import_schemas import ImportIn, ImportOut, import_out
from beaconfire_geo.entrypoints.layer_api import tops_of
from beaconfire_geo.entrypoints.layer_schemas import LayerOut
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.joined import joined
from beaconfire_platform.web.strict_json import BytesRoute, StrictRoute, UnsupportedMedia

PATH: Final = "/v1/layer-imports"
MEDIA: Final = ("application/geo+json", "application/json")
_MAP: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            one: {"schema": {"type": "object", "description": "A GeoJSON FeatureCollection."}}
            for one in MEDIA
        },
    }
}


def import_routes(
    edge: Edge, imports: ImportDesk, layers: LayerDesk, maps: MapsInForce, clock: Clock
) -> APIRouter:
    """Opening, filling, looking, releasing."""
    return joined(_filling(edge, imports), _deciding(edge, imports, layers, maps, clock))


def _filling(edge: Edge, imports: ImportDesk) -> APIRouter:
    router = APIRouter(route_class=BytesRoute, tags=["geo"])

    @router.put(f"{PATH}/{{import_id}}/map", status_code=202, openapi_extra=_MAP)
    async def put_map(
        call: Annotated[Call, edge.needs("layer.release")], import_id: Id, request: Request
    ) -> ImportOut:
        """Send the map of an open import; it is checked beside everything else, row by row."""
        edge.permit(call, _own_ground(call))
        media = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media not in MEDIA:
            raise UnsupportedMedia(f"a map is sent as {MEDIA[0]}")
        opened = await _own(call, imports, import_id)
        return import_out(await imports.fill(opened, request.stream()))

    return router


def _deciding(
    edge: Edge, imports: ImportDesk, layers: LayerDesk, maps: MapsInForce, clock: Clock
) -> APIRouter:
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    async def permit(call: Call, one: LayerImport) -> Resource:
        """Its tops and those that it replaces are the caller's to release."""
        told = [] if one.checked is None else one.checked.tops
        found = await tops_of(layers, maps, one.layer, told)
        for top in found if found != [NOWHERE] else [_own_ground(call)]:
            edge.permit(call, top)
        return found[0] if found != [NOWHERE] else _own_ground(call)

    @router.post(PATH, status_code=201, response_model=ImportOut)
    async def post_import(
        call: Annotated[Call, edge.needs("layer.release")], body: ImportIn
    ) -> Response:
        """Open an import: send its map to `…/{id}/map`, then look at it until it is `ready`."""
        opened = LayerImport(new_id(), body.layer, body.crs, body.kind, call.subject.id)

        async def run(tx: Tx) -> Answer:
            await open_import(opened, imports=imports.opening(tx))
            return Answer(201, import_out(opened), opened.id)

        return await edge.command(
            call, run, keys=keys_to_open(opened), resource=_own_ground(call), object_id=opened.id
        )

    @router.get(f"{PATH}/{{import_id}}")
    async def get_import(
        call: Annotated[Call, edge.needs("layer.release")], import_id: Id
    ) -> ImportOut:
        """How far it is; once it is checked what it would change, or why it is refused."""
        edge.permit(call, _own_ground(call))
        one = await _own(call, imports, import_id)
        await permit(call, one)
        return import_out(one)

    @router.post(f"{PATH}/{{import_id}}/release", response_model=LayerOut)
    async def post_release(
        call: Annotated[Call, edge.needs("layer.release")], import_id: Id
    ) -> Response:
        """Put a checked map in force; maps in memory follow within seconds."""
        one = await _own(call, imports, import_id)
        resource = await permit(call, one)

        async def run(tx: Tx) -> Answer:
            head = await release_import(
                one.id, imports=imports.opening(tx), layers=layers.writing(tx),
                stations=layers.stations(tx), facts=tx, now=clock.now(),
            )  # fmt: skip
            return Answer(200, LayerOut(**head.members()), one.layer)

        return await edge.command(
            call, run, keys=keys_to_release(one), resource=resource, object_id=one.layer
        )

    return router


def _own_ground(call: Call) -> Resource:
    """Before anybody knows where a map lies: what is the caller's own to release anything in."""
    return Resource(owner=next(iter(reach(call.subject, call.action).bodies), None))


async def _own(call: Call, imports: ImportDesk, import_id: str) -> LayerImport:
    one = await imports.get(import_id)
    if one.sent_by != call.subject.id:
        raise NotFound
    return one
