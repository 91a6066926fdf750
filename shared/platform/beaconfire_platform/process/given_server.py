"""A PostgreSQL of yours, named by `--database-url`: looked at before anything is written to it."""

from typing import Final

import asyncpg

from beaconfire_platform.embedded.cluster import NotDurable, verify_durable
from beaconfire_platform.process.cannot_start import CannotStart

POSTGRES_VERSION_MIN: Final = 170_000
"""`transaction_timeout`, which keeps the log's horizon moving (R6), came with 17."""
CONNECT_S_MAX: Final = 5


async def check_server(url: str, *, called: str = "--database-url") -> None:
    """Reachable, new enough, durable (R20); CannotStart says which is not and how to mend it.

    `called` is the setting by which people gave us `url`.
    """
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_S_MAX)
    except (
        OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError, TimeoutError,
    ) as error:  # fmt: skip
        said = str(error) or type(error).__name__
        raise CannotStart(f"{called} cannot be reached ({said}): check address and user") from error
    try:
        version = int(await connection.fetchval("show server_version_num"))
        if version < POSTGRES_VERSION_MIN:
            raise CannotStart(f"{called} is PostgreSQL {version // 10_000}: 17 or newer is needed")
        await verify_durable(connection)
    except NotDurable as error:
        raise CannotStart(f"{called} may lose what was acknowledged: {error}") from error
    finally:
        await connection.close()
