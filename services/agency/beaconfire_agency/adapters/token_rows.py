"""API tokens in PostgreSQL, known by the hash of their secret."""

from typing import Final

import asyncpg

from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_contracts.ids import PersonId, UnitId
from beaconfire_platform.database import Connection

ROW: Final = "t.id, t.person_id, t.name, t.scopes, t.unit_id, t.issued_at, t.expires_at"
_TOKEN: Final = f"select {ROW} from api_token t where t.id = $1 and t.withdrawn_at is null"
_ADD: Final = """
    insert into api_token (id, secret_hash, person_id, name, scopes, unit_id, issued_by,
                           issued_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_WITHDRAW: Final = """
    update api_token set withdrawn_at = clock_timestamp() where id = $1 and withdrawn_at is null
"""
_WITHDRAW_ALL: Final = """
    update api_token set withdrawn_at = clock_timestamp()
    where person_id = $1 and withdrawn_at is null
"""


class PgTokens:
    """Tokens over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, token_id: str) -> ApiToken | None:
        """A token that was not withdrawn."""
        record = await self._connection.fetchrow(_TOKEN, token_id)
        return None if record is None else token_of(record)

    async def add(self, token: ApiToken, secret_hash: bytes, *, issued_by: str) -> None:
        """Keep a new token."""
        await self._connection.execute(
            _ADD,
            token.id,
            secret_hash,
            token.person_id,
            token.name,
            list(token.scopes),
            token.unit_id,
            issued_by,
            token.issued_at,
            token.expires_at,
        )

    async def withdraw(self, token_id: str) -> None:
        """End one token."""
        await self._connection.execute(_WITHDRAW, token_id)

    async def withdraw_all(self, person_id: PersonId) -> None:
        """End all tokens of a person."""
        await self._connection.execute(_WITHDRAW_ALL, person_id)


def token_of(record: asyncpg.Record) -> ApiToken:
    """A row of `ROW` as a token."""
    unit = record["unit_id"]
    return ApiToken(
        id=str(record["id"]),
        person_id=PersonId(str(record["person_id"])),
        name=record["name"],
        scopes=tuple(record["scopes"]),
        unit_id=None if unit is None else UnitId(str(unit)),
        issued_at=record["issued_at"],
        expires_at=record["expires_at"],
    )
