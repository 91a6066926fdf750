"""One strict JSON decoder for everything that comes in (R61), and the route class that uses it."""

import json
import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from beaconfire_contracts.refusals import Refusal

DOOR: Final = "needs:"
"""How `Edge.needs` names the dependency that lets callers in."""
UNASKED_BYTES_MAX: Final = 65_536
"""A body larger than this is read only from whoever may do what they ask for (R62)."""
INTEGER_DIGITS_MAX: Final = 19
"""PostgreSQL's bigint has 19 digits; longer integers are no number of ours."""


class Unreadable(Refusal):
    """The body is not JSON as RFC 8259 has it."""

    kind = "unreadable"
    code = "unreadable_json"


class UnsupportedMedia(Refusal):
    """Send JSON as application/json, without a content encoding."""

    kind = "unsupported_media"


def decode(body: bytes) -> Any:
    """The value in `body`; Unreadable for bad UTF-8, NaN, huge numbers, double keys, depth."""
    try:
        text = body.decode("utf-8", "strict")
        value = _DECODER.decode(text)
        text.encode("utf-8")
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # refuses lone surrogates
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except (ValueError, UnicodeError) as error:
        raise Unreadable(str(error)[:100]) from error
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > INTEGER_DIGITS_MAX:
        raise ValueError("an integer has at most 19 digits")
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_whole, parse_float=_real
)


class _StrictRequest(Request):
    """A request whose JSON was decoded strictly before any endpoint asked for it."""

    strict_json: Any = None

    async def json(self) -> Any:
        return self.strict_json


class StrictRoute(APIRoute):
    """A route that takes JSON bodies only, decoded strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Decode first, then let FastAPI validate."""
        original = super().get_route_handler()
        door = _door(self.dependant)

        async def strictly(request: Request) -> Response:
            strict = _StrictRequest(request.scope, request.receive)
            if door is not None and _may_be_large(strict):
                await door(strict)
            body = await strict.body()
            if body:
                media = strict.headers.get("content-type", "").split(";")[0].strip().lower()
                if media != "application/json":
                    raise UnsupportedMedia
                strict.strict_json = decode(body)
            return await original(strict)

        return strictly


def _may_be_large(request: Request) -> bool:
    length = request.headers.get("content-length")
    if length is None:
        return "transfer-encoding" in request.headers
    return not length.isdecimal() or int(length) > UNASKED_BYTES_MAX


def _door(dependant: Dependant) -> Callable[[Request], Awaitable[Any]] | None:
    """What an edge makes every caller pass, if this route is behind one."""
    for one in dependant.dependencies:
        call: Any = one.call
        if getattr(call, "__name__", "").startswith(DOOR):
            return call
    return None
