"""A connection for who writes by one statement at the end: until then it only looks."""

from typing import Any, Final, NoReturn

from beaconfire_platform.lending import Connection

_LOOK: Final = "select"


class NotAtOnce(Exception):  # noqa: N818  (no error: it is done the long way)
    """One statement at the end is not enough for this; nothing was written."""


class Looking:
    """What `fetch` and its like ask goes through; whatever could write is NotAtOnce.

    Each statement through such a connection is a transaction of its own: a write would stand,
    whatever came of the rest.
    """

    def __init__(self, connection: Connection) -> None:
        """Over a connection that is in no transaction."""
        self._connection = connection

    async def fetch(self, query: str, *arguments: object) -> Any:
        """All rows."""
        return await self._connection.fetch(_looks(query), *arguments)

    async def fetchrow(self, query: str, *arguments: object) -> Any:
        """The first row."""
        return await self._connection.fetchrow(_looks(query), *arguments)

    async def fetchval(self, query: str, *arguments: object) -> Any:
        """The first value of it."""
        return await self._connection.fetchval(_looks(query), *arguments)

    def __getattr__(self, name: str) -> NoReturn:
        """Everything else."""
        raise NotAtOnce(name)


def _looks(query: str) -> str:
    if query.lstrip()[: len(_LOOK)].lower() != _LOOK:
        raise NotAtOnce(query)
    return query
