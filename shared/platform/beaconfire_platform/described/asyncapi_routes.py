"""The door to the AsyncAPI document: open to whoever comes, as that of the HTTP API is."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Response

from beaconfire_platform.codec import encode_bytes

PATH: Final = "/asyncapi.json"
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}}
}


def asyncapi_routes(document: Mapping[str, Any]) -> APIRouter:
    """One route, whose answer is encoded once."""
    body = encode_bytes(document)
    router = APIRouter(tags=["node"])

    @router.get(PATH, operation_id="asyncapi", response_class=Response, responses=_ANSWERS)
    async def asyncapi() -> Response:
        """What is told on topics and on the feed, as an AsyncAPI 3.0 document."""
        return Response(body, media_type="application/json")

    return router
