"""One stranger's client of the public API: a token, a key for each command, bounded retries."""

import asyncio
import random
from typing import Any, Final, Protocol

import httpx

from beaconfire_platform.ids import new_id

TRIES_MAX: Final = 6
BACK_OFF_S_MAX: Final = 4.0
PAGE: Final = 200
"""Items a page: the most that a list gives."""
_AGAIN: Final = (429, 502, 503, 504)


class Asks(Protocol):
    """Whoever can put questions to the API."""

    async def get(self, path: str, **params: Any) -> Any:
        """The answer to a question."""
        ...


class Refused(Exception):  # noqa: N818  (an answer, not an accident)
    """The API refused; `status` and `code` say how, `problem` is all that it said."""

    def __init__(
        self, status: int, code: str, detail: str, problem: dict[str, Any] | None = None
    ) -> None:
        """As the problem document says."""
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.problem = problem or {}


class Api:
    """Requests with one token; a command keeps its idempotency key through all its retries."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        """`http` knows the origin; the token is sent with every request."""
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **params: Any) -> Any:
        """The answer to a question."""
        return await self._send(
            "GET", path, params={k: v for k, v in params.items() if v is not None}
        )

    async def post(self, path: str, body: object) -> Any:
        """The answer to a command."""
        return await self._send("POST", path, json=body)

    async def put(self, path: str, body: object) -> Any:
        """The answer to a replacement."""
        return await self._send("PUT", path, json=body)

    async def put_bytes(
        self, path: str, blob: bytes, *, media: str = "application/octet-stream"
    ) -> Any:
        """The answer to a replacement by bytes."""
        headers = {"Content-Type": media}
        return await self._send("PUT", path, content=blob, more=headers)

    async def _send(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = self._headers | kwargs.pop("more", {})
        if method != "GET":
            headers["Idempotency-Key"] = new_id()
        for attempt in range(1, TRIES_MAX + 1):
            try:
                answer = await self._http.request(method, path, headers=headers, **kwargs)
            except httpx.TransportError:
                if attempt == TRIES_MAX:
                    raise
            else:
                if answer.status_code not in _AGAIN or attempt == TRIES_MAX:
                    return _content(answer)
            limit_s = min(BACK_OFF_S_MAX, 0.2 * 2**attempt)
            await asyncio.sleep(random.uniform(0, limit_s))  # noqa: S311  (spreads, hides nothing)
        raise AssertionError("unreachable")


async def all_items(api: Asks, path: str, **params: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = await api.get(path, cursor=cursor, limit=PAGE, **params)
        items.extend(page["items"])
        cursor = page["next"]
        if cursor is None:
            return items


def _content(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    if not isinstance(problem, dict):  # a proxy's answer, not the node's
        problem = {}
    told: dict[str, Any] = problem
    raise Refused(answer.status_code, told.get("code", "unknown"), told.get("detail", ""), told)
