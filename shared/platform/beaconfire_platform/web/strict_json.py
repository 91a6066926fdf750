"""One strict JSON decoder for everything that comes in (R61), and the route class that uses it."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from typing import Any, Final

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import compile_path, get_name

from beaconfire_contracts.refusals import Refusal

DOOR: Final = "needs:"
"""How `Edge.needs` names the dependency that lets callers in."""
REFUSED: Final = "beaconfire.refused"
"""Where a command's request keeps what is to be told of its refusal."""
LARGE_BYTES: Final = 262_144
"""A body larger than this is decoded beside the loop: it takes more than ten milliseconds."""
_NO_COMMAND: Final = frozenset({"unreadable", "unsupported_media", "unauthenticated"})
"""Nobody knows what was asked, or who asked: that is counted, and is no command refused."""
INTEGER_DIGITS_MAX: Final = 19
"""PostgreSQL's bigint has 19 digits; longer integers are no number of ours."""


class Unreadable(Refusal):
    """The body is not JSON as RFC 8259 has it."""

    kind = "unreadable"
    code = "unreadable_json"


class UnsupportedMedia(Refusal):
    """Send JSON as application/json, without a content encoding."""

    kind = "unsupported_media"


def decode(body: bytes, *, lets_nan_through: bool = False) -> Any:
    """The value in `body`; Unreadable for bad UTF-8, NaN, huge numbers, double keys, depth.

    Who judges a body row by row lets NaN through, to refuse the row and not the body.
    """
    try:
        text = body.decode("utf-8", "strict")
        value = (_LENIENT if lets_nan_through else _DECODER).decode(text)
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
_LENIENT: Final = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole)


class _StrictRequest(Request):
    """A request whose JSON was decoded strictly before any endpoint asked for it."""

    strict_json: Any = None

    async def json(self) -> Any:
        return self.strict_json


class StrictRoute(APIRoute):
    """A route that reads a body only from whoever may come in, as JSON alone, decoded strictly.

    FastAPI looks its endpoint through when it is first asked for or described: of some hundred and
    fifty routes that takes a quarter of a second, which a start need not wait for.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """What a route is found by; `options` are those of `APIRoute`."""
        self.path, self.endpoint = path, endpoint
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = {method.upper() for method in options.get("methods") or ["GET"]}
        self.name = options.get("name") or get_name(endpoint)
        self._options: dict[str, Any] | None = options

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked of it: now it is looked through, once."""
        options = self.__dict__.get("_options")
        if options is None:
            raise AttributeError(name)
        self._options = None
        with ExitStack() as unless_done:  # whoever asks next is told the same cause
            unless_done.callback(setattr, self, "_options", options)
            super().__init__(self.path, self.endpoint, **options)
            unless_done.pop_all()
        return getattr(self, name)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Admit first, then decode, then let FastAPI validate; whatever is refused is told."""
        original = super().get_route_handler()
        door = _door(self.dependant)

        async def strictly(request: Request) -> Response:
            strict = _StrictRequest(request.scope, request.receive)
            try:
                if door is not None:
                    await door(strict)
                await self.read_body(strict)
                return await original(strict)
            except Refusal as refusal:
                tell = strict.scope.get(REFUSED)
                if tell is not None and refusal.kind not in _NO_COMMAND:
                    await tell(refusal)
                raise

        return strictly

    async def read_body(self, request: _StrictRequest) -> None:
        """Decode what was sent, before FastAPI asks for it."""
        body = await json_bytes(request)
        if body:
            await _decode_body(request, body)


class BytesRoute(StrictRoute):
    """A strict route whose endpoint reads the JSON itself, by `json_bytes`."""

    async def read_body(self, request: Request) -> None:
        """Leave it to the endpoint."""


async def json_bytes(request: Request) -> bytes:
    """The body as sent; UnsupportedMedia when it is not said to be JSON."""
    body = await request.body()
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if body and media != "application/json":
        raise UnsupportedMedia
    return body


async def _decode_body(request: _StrictRequest, body: bytes) -> None:
    if len(body) > LARGE_BYTES:
        request.strict_json = await asyncio.to_thread(decode, body)
    else:
        request.strict_json = decode(body)


def _door(dependant: Dependant) -> Callable[[Request], Awaitable[Any]] | None:
    """What an edge makes every caller pass, if this route is behind one."""
    for one in dependant.dependencies:
        call: Any = one.call
        if getattr(call, "__name__", "").startswith(DOOR):
            return call
    return None
