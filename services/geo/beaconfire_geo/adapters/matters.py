"""Editions of matters and known bodies in SQL beside their row mapping; defaults from a file."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import BodyKind
from beaconfire_geo.domain.matters import KnownBody, MatterDefault, MatterEdition, MatterRule
from beaconfire_platform import codec
from beaconfire_platform.database import Connection, Database

_NEWEST: Final = """
    select version, rules from matter_edition
    where $1::timestamptz is null or issued_at <= $1 order by version desc limit 1
"""
_ADD: Final = """
    insert into matter_edition (version, rules, issued_by, issued_at) values ($1, $2, $3, $4)
"""
_BODIES: Final = """
    select body_id::text, code, kind, level, name_zh, name_en, division, matters from known_body
    order by code
"""
_KEEP: Final = """
    insert into known_body (body_id, code, kind, level, name_zh, name_en, division, matters)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (body_id) do update set code = $2, kind = $3, level = $4, name_zh = $5,
        name_en = $6, division = $7, matters = $8
"""
_RULES: Final = msgspec.json.Decoder(tuple[MatterRule, ...])
NONE_YET: Final = MatterEdition(0, ())


class PgMatters:
    """Matters over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def newest(self, at: datetime | None = None) -> MatterEdition:
        """The edition in force, or the one that was at a moment."""
        record = await self._connection.fetchrow(_NEWEST, at)
        if record is None:
            return NONE_YET
        return MatterEdition(record["version"], _RULES.decode(record["rules"]))

    async def add(self, edition: MatterEdition, *, issued_by: str, issued_at: datetime) -> None:
        """Keep a new version."""
        rules = codec.encode(edition.rules)
        await self._connection.execute(_ADD, edition.version, rules, issued_by, issued_at)

    async def bodies(self) -> Sequence[KnownBody]:
        """All bodies that agency told of, by code."""
        return [_body(one) for one in await self._connection.fetch(_BODIES)]


class PgMatterViews:
    """Answers about matters over the pool."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._database = database

    @property
    def defaults(self) -> Sequence[MatterDefault]:
        """What holds where nothing else does."""
        return load_defaults()

    async def in_force(
        self, at: datetime | None = None
    ) -> tuple[MatterEdition, Sequence[KnownBody]]:
        """The edition in force now or then, and all bodies."""
        async with self._database.reading() as connection:
            matters = PgMatters(connection)
            return await matters.newest(at), await matters.bodies()


async def keep_body(connection: Connection, fact: BodyRegistered) -> None:
    """Know a body from now on."""
    await connection.execute(
        _KEEP, fact.body_id, fact.code, fact.kind, fact.level, fact.name_zh, fact.name_en,
        fact.division, list(fact.matters),
    )  # fmt: skip


@cache
def load_defaults() -> tuple[MatterDefault, ...]:
    """The table that this build carries."""
    text = files("beaconfire_geo.adapters").joinpath("matters.toml").read_text("utf-8")
    return tuple(
        MatterDefault(
            one["type"],
            tuple(BodyKind(kind) for kind in one["kinds"]),
            tuple(one["levels"]),
            one["name_zh"],
            one["name_en"],
        )
        for one in tomllib.loads(text)["matters"]
    )


def _body(record: Any) -> KnownBody:
    return KnownBody(
        BodyId(record["body_id"]),
        record["code"],
        BodyKind(record["kind"]),
        record["level"],
        record["name_zh"],
        record["name_en"],
        record["division"],
        tuple(record["matters"]),
    )
