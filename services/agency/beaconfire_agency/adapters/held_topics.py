"""Topics of bodies that cannot be published on now: what is theirs waits, and nobody else's.

Each is a row, written under the fence of the relay before its place moves past what waits.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import structlog

from beaconfire_agency.application.queries import WaitingBody
from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.database import Database
from beaconfire_platform.log.kafka.publisher import RelayFenced

_ALL: Final = """
    select b.code, h.body, h.txid, h.row, h.why from topic_held h join body b on b.id = h.body
"""
_WAITING: Final = """
    select b.code, b.name_zh, b.name_en, h.why, h.since, waiting.events
    from topic_held h join body b on b.id = h.body cross join lateral (
        select count(*) as events from (
            select from shared_event e where e.body = h.body and (e.txid, e.row) > (h.txid, h.row)
            limit $1) as told) as waiting
    order by h.since, b.code
"""
_OURS: Final = "ours as (select from relayed where topic = $1 and fence = $2 for share)"
_HOLD: Final = f"""
    with {_OURS}
    insert into topic_held as h (body, txid, row, why)
    select $3, $4, $5, $6 where exists (select from ours)
    on conflict (body) do update set why = excluded.why
    returning txid, row
"""
_MOVE: Final = f"""
    with {_OURS}
    update topic_held set txid = $4, row = $5 where body = $3 and exists (select from ours)
    returning 1
"""
_RELEASE: Final = f"""
    with {_OURS}
    delete from topic_held where body = $3 and exists (select from ours) returning 1
"""
_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A body that waits: everything up to `at` is on its topic."""

    body: str
    at: LogPosition
    why: str


async def waiting_bodies(connection: Any, most: int) -> list[WaitingBody]:
    """All that wait, longest first; what each waits for is counted so far."""
    return [WaitingBody(**one) for one in await connection.fetch(_WAITING, most)]


class HeldTopics:
    """Which bodies wait, by code: in memory as in the rows, while the relay is ours.

    One at a time writes, as the rows are reached by several connections: who was answered later
    may have been written earlier.
    """

    def __init__(self, database: Database, relay: str) -> None:
        """`relay` names what the relay writes down in `relayed`."""
        self._database = database
        self._relay = relay
        self._held: dict[str, Held] = {}
        self._one_writes = asyncio.Lock()

    def __contains__(self, code: object) -> bool:
        return code in self._held

    def __getitem__(self, code: str) -> Held:
        return self._held[code]

    @property
    def codes(self) -> frozenset[str]:
        """Of all bodies that wait."""
        return frozenset(self._held)

    def whys(self) -> dict[str, str]:
        """Why each waits."""
        return {code: held.why for code, held in self._held.items()}

    def forget(self) -> None:
        """The relay is not ours any more."""
        self._held = {}

    async def load(self, epoch: int) -> None:
        """As the rows say, which whoever had the relay before us wrote."""
        async with self._one_writes:
            self._held = {
                one["code"]: Held(
                    str(one["body"]), LogPosition(epoch, one["txid"], one["row"]), one["why"]
                )
                for one in await self._database.pool.fetch(_ALL)
            }

    async def hold(self, fence: int, code: str, held: Held) -> None:
        """Let a body wait; one that does already has its earlier place, and a new reason."""
        async with self._one_writes:
            at = await self._written(_HOLD, fence, held.body, held.at.txid, held.at.row, held.why)
            is_new = code not in self._held
            place = LogPosition(held.at.epoch, at["txid"], at["row"])
            self._held[code] = Held(held.body, place, held.why)
        if is_new:
            _log.error("topic_unfit", relay=self._relay, body=code, why=held.why)

    async def move(self, fence: int, code: str, at: LogPosition) -> None:
        """More is on its topic by now."""
        async with self._one_writes:
            held = self._held[code]
            await self._written(_MOVE, fence, held.body, at.txid, at.row)
            self._held[code] = Held(held.body, at, held.why)

    async def release(self, fence: int, code: str) -> None:
        """It has all that it waited for."""
        async with self._one_writes:
            await self._written(_RELEASE, fence, self._held[code].body)
            del self._held[code]
        _log.info("topic_fit", relay=self._relay, body=code)

    async def _written(self, statement: str, fence: int, *given: Any) -> Any:
        found = await self._database.pool.fetchrow(statement, self._relay, fence, *given)
        if found is None:
            raise RelayFenced(self._relay)
        return found
