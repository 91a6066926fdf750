"""`beaconfire log`: how far each consumer is, what it has parked, and taking a parked key again."""

import asyncio
import getpass
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from beaconfire.commands.on_node import EXIT_REFUSED, on_database
from beaconfire.node.composition import BUILDERS
from beaconfire_contracts.envelope import Cause
from beaconfire_platform.database import Database
from beaconfire_platform.environment import BadSetting
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import TopicUnfit, make_topics
from beaconfire_platform.log.parking import (
    PARKED_BEHIND_MAX,
    ParkedKey,
    Parking,
    Stream,
    parked_keys,
)
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.web.audit import AuditEntry, write_audit

KEYS_SHOWN_MAX: Final = 200
ACTION: Final = "log.unpark"
_POSITIONS: Final = """
    select consumer, shard, epoch, txid, row, moved_at from position order by consumer, shard
"""
_UNFIT: Final = re.compile(r"[^0-9A-Za-z_.-]")

log = typer.Typer(no_args_is_help=True, help="The event log of a running node, by hand.")
Data = Annotated[Path | None, typer.Option(help="The running node's folder.")]
Url = Annotated[str | None, typer.Option(help="The node's PostgreSQL, if it is yours.")]


@dataclass(frozen=True, slots=True)
class Books:
    """What one service's books say, as lines, and what is parked there."""

    positions: list[str]
    parked: list[ParkedKey]


@log.command()
def status(*, data: Data = None, database_url: Url = None) -> None:
    """Where every consumer stands, and each key that is parked, with why and since when."""
    for service in BUILDERS:
        books = on_database(service, _books, data, database_url)
        for line in (*books.positions, *(_told(key) for key in books.parked)):
            typer.echo(f"{service:<10} {line}")


@log.command()
def unpark(
    source: Annotated[str, typer.Argument(help="The service that told the facts.")],
    key: Annotated[str, typer.Argument(help="The key, as `log status` shows it.")],
    *,
    consumer: Annotated[str, typer.Option(help="Whose parked key it is.")],
    reason: Annotated[str, typer.Option(help="What was mended; kept with the request.")],
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Ask a consumer to take a parked key again, in order; `log status` shows what came of it."""
    if not reason.strip():
        typer.echo("refused: say in --reason what was mended", err=True)
        raise typer.Exit(EXIT_REFUSED)

    async def asking(database: Database) -> int | None:
        return await ask(database, Parking(consumer), (source, key), reason.strip())

    for service in BUILDERS:
        number = on_database(service, asking, data, database_url)
        if number is not None:
            typer.echo(f"asked {consumer} to take {source} {key} again (request {number})")
            return
    typer.echo(f"refused: {consumer} has not parked {source} {key}: see log status", err=True)
    raise typer.Exit(EXIT_REFUSED)


@log.command()
def topics() -> None:
    """Make the topics that are not there yet, as BEACONFIRE_KAFKA_* says; the others stay."""
    try:
        settings = KafkaSettings.from_environment(os.environ)
        made = asyncio.run(make_topics(settings))
    except (BadSetting, LogAway, TopicUnfit) as error:
        typer.echo(f"refused: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    typer.echo("\n".join(f"made {name}" for name in made) or "all topics are there")


async def ask(database: Database, parking: Parking, stream: Stream, reason: str) -> int | None:
    """The request and its row in the audit, in one transaction; None when nothing is parked."""
    actor = f"hand:{_UNFIT.sub('-', getpass.getuser())[:60]}"
    cause = Cause(actor=actor, correlation_id=new_id())
    async with database.transaction(cause=cause) as tx:
        if not await parking.has(tx.connection, stream):
            return None
        number = await parking.ask(tx.connection, stream, actor, reason)
        entry = AuditEntry(actor, ACTION, cause.correlation_id, "/".join(stream))
        await write_audit(tx.connection, entry)
    return number


async def _books(database: Database) -> Books:
    async with database.reading() as connection:
        positions = [
            f"{one['consumer']:<24} {one['shard']} at {one['epoch']}.{one['txid']}.{one['row']}"
            f" moved {one['moved_at']:%Y-%m-%d %H:%M:%S}Z"
            for one in await connection.fetch(_POSITIONS)
        ]
        return Books(positions, await parked_keys(connection, KEYS_SHOWN_MAX))


def _told(key: ParkedKey) -> str:
    waits = f"PARKED {key.consumer}: {key.source} {key.key}: {key.error}, {key.facts} facts"
    last = f", last tried: {key.outcome}" if key.outcome else ""
    marks = (", asked for" if key.is_asked else "") + (
        f", MORE THAN {PARKED_BEHIND_MAX}" if key.facts > PARKED_BEHIND_MAX else ""
    )
    return f"{waits} since {key.since:%Y-%m-%d %H:%M:%S}Z{last}{marks}"
