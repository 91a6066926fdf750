"""Run cards in SQL, and those that the build carries; what was read once is kept in memory."""

import tomllib
from collections import OrderedDict
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import msgspec

from beaconfire_contracts.ids import BodyId
from beaconfire_dispatch.domain.run_card import RunCard, RunCards
from beaconfire_platform import codec
from beaconfire_platform.database import Connection, Database

KEPT_MAX: Final = 64
"""Bodies whose cards in force are kept at once: a deployment answers for some ten."""
_NEWEST: Final = "select max(version) from run_cards where body = $1"
_READ: Final = "select cards from run_cards where body = $1 and version = $2"
_ADD: Final = """
    insert into run_cards (body, version, issued_by, issued_at, cards) values ($1, $2, $3, $4, $5)
"""


class KnownCards:
    """Cards that were read already: a version never changes, so nothing grows old here."""

    def __init__(self) -> None:
        """Those that the build carries are known."""
        self.carried: Final = load_carried()
        self._known: OrderedDict[tuple[str, int], RunCards] = OrderedDict()

    def get(self, body: str, version: int) -> RunCards | None:
        """A version, if it is known."""
        return self._known.get((body, version))

    def keep(self, body: str, version: int, cards: RunCards) -> None:
        """Know a version; whoever was learnt first is forgotten first."""
        self._known[body, version] = cards
        if len(self._known) > KEPT_MAX:
            self._known.popitem(last=False)


class PgCardEditions:
    """Run cards over one connection."""

    def __init__(self, connection: Connection, known: KnownCards) -> None:
        """Inside whatever transaction the connection is in; a body's version is asked once."""
        self._connection = connection
        self._known = known
        self._newest: dict[BodyId, int] = {}

    async def of(self, body: str | None) -> RunCards:
        """The cards in force for a body: its own newest, else those that came with the build."""
        version = 0 if body is None else await self.newest(BodyId(body))
        if body is None or version == 0:
            return self._known.carried
        return await self.read(BodyId(body), version) or self._known.carried

    async def newest(self, body: BodyId) -> int:
        """The newest version of a body's own cards; 0 where it has none."""
        if body not in self._newest:
            self._newest[body] = await self._connection.fetchval(_NEWEST, body) or 0
        return self._newest[body]

    async def read(self, body: BodyId, version: int) -> RunCards | None:
        """One version of a body's own cards; 0 is what came with the build."""
        if version == 0:
            return self._known.carried
        known = self._known.get(body, version)
        if known is not None:
            return known
        text = await self._connection.fetchval(_READ, body, version)
        if text is None:
            return None
        rows = _cards_of(msgspec.json.decode(text))
        cards = RunCards.of_cards(body, version, rows, self._known.carried)
        self._known.keep(body, version, cards)
        return cards

    async def add(self, cards: RunCards, *, issued_by: str, issued_at: datetime) -> None:
        """Keep a new version."""
        self._newest.clear()
        await self._connection.execute(
            _ADD, cards.body, cards.version, issued_by, issued_at,
            codec.encode(tuple(cards.by_key.values())),
        )  # fmt: skip


class PgCardViews:
    """Answers about run cards over the pool."""

    def __init__(self, database: Database, known: KnownCards) -> None:
        """One database."""
        self._pool = database.pool
        self._known = known

    async def cards(self, body: BodyId, version: int | None) -> tuple[RunCards | None, int]:
        """A version of a body's cards, else those in force; beside it the body's newest."""
        async with self._pool.acquire() as connection:
            editions = PgCardEditions(connection, self._known)
            newest = await editions.newest(body)
            return await editions.read(body, newest if version is None else version), newest

    async def cards_of(self, body: str | None) -> RunCards:
        """The cards in force for a body."""
        async with self._pool.acquire() as connection:
            return await PgCardEditions(connection, self._known).of(body)

    async def division_of(self, body: str) -> str | None:
        """The division of a body; None of one that nobody told of yet."""
        return await self._pool.fetchval("select division from body where body_id = $1", body)

    async def capabilities(self) -> frozenset[str]:
        """What any unit can do, and what the build's own cards ask for."""
        told = await self._pool.fetch("select distinct unnest(capabilities) as name from unit")
        asked = {
            need.capability
            for card in self._known.carried.by_key.values()
            for step in card.steps
            for need in step
        }
        return frozenset(asked | {one["name"] for one in told})


def load_carried() -> RunCards:
    """The cards that this build carries, for bodies that have issued none."""
    text = files("beaconfire_dispatch.adapters").joinpath("run_cards.toml").read_text("utf-8")
    return RunCards.of_cards(None, 0, _cards_of(tomllib.loads(text)["cards"]))


def _cards_of(rows: Any) -> tuple[RunCard, ...]:
    return msgspec.convert(rows, tuple[RunCard, ...])
