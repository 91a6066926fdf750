"""`beaconfire log`: how far each consumer is, what waits for a person, and what they decide."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from beaconfire.commands.log_ask import ask_skip, ask_unpark, see_quarantined
from beaconfire.commands.log_replay import NOT_REBUILT, REBUILT, NotNow, replay
from beaconfire.commands.log_rights import lines_of_rights
from beaconfire.commands.log_status import SHAPE_NODE, look
from beaconfire.commands.log_told import lines_of
from beaconfire.commands.on_node import EXIT_REFUSED, left_out, on_database, services_here
from beaconfire.commands.serve import SERVICES
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_platform.environment import BadSetting
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import TopicUnfit, make_topics, packed_anew
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.process.cannot_start import CannotStart

EXIT_UNREACHED: Final = 1
REASON_CHARACTERS_MAX: Final = 500
"""A sentence or two for whoever reads the books later; a report of what happened lies elsewhere."""
log = typer.Typer(no_args_is_help=True, help="The event log of what runs, by hand.")
Data = Annotated[Path | None, typer.Option(help="The running node's folder.")]
Url = Annotated[str | None, typer.Option(help="The node's PostgreSQL, or the service's own.")]
Of = Annotated[str | None, typer.Option(help="This service alone.")]
Consumer = Annotated[str, typer.Option(help="Whose it is, as `log status` shows it.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence; kept with the request.")]
Asking = Callable[[Database], Awaitable[int | None]]


@log.command()
def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For machines, every shard.")] = False,
    service: Of = None,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Where the log ends, how far behind each consumer is, and all that waits for a person.

    Services apart: BEACONFIRE_KAFKA_* and one BEACONFIRE_<SERVICE>_DATABASE_URL each.
    """
    found = look(services_here(service), data, database_url)
    found.not_looked_at = left_out(service)
    errors = [one.error for one in found.services if one.error is not None]
    if errors and found.shape == SHAPE_NODE and not as_json:
        refuse(errors[0])
    if as_json:
        typer.echo(found.as_json())
    else:
        typer.echo("\n".join(lines_of(found)))
    if errors or found.log_error is not None:
        raise typer.Exit(EXIT_UNREACHED)


@log.command()
def unpark(
    source: Annotated[str, typer.Argument(help="The service that told the facts.")],
    key: Annotated[str, typer.Argument(help="The key, as `log status` shows it.")],
    *,
    consumer: Consumer,
    reason: Reason,
    service: Of = None,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Ask a consumer to take a parked key again, in order; `log status` shows what came of it."""
    said = _said(reason)
    number = _asked(
        lambda database: ask_unpark(database, consumer, (source, key), said),
        service, data, database_url,
    )  # fmt: skip
    if number is None:
        refuse(f"refused: {consumer} has not parked {source} {key}: see log status")
    typer.echo(f"asked {consumer} to take {source} {key} again (request {number})")


@log.command()
def skip(
    source: Annotated[str | None, typer.Argument(help="The service that told the facts.")] = None,
    key: Annotated[str | None, typer.Argument(help="The key, as `log status` shows it.")] = None,
    *,
    consumer: Consumer,
    reason: Reason,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="All that is no fact: mark it as seen.")
    ] = False,
    service: Of = None,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Decide that the first fact of a parked key takes no effect; the key's later facts are taken.

    What it told is then missing here for good: mend the cause and unpark wherever you can.
    """
    said = _said(reason)
    if quarantined and source is None:
        records = _asked(
            lambda database: see_quarantined(database, consumer, said), service, data, database_url
        )
        if records is None:
            refuse(f"refused: nothing of {consumer} is quarantined and unseen: see log status")
        typer.echo(f"{records} quarantined records of {consumer} are marked as seen")
        return
    if quarantined or source is None or key is None:
        refuse("refused: name SOURCE and KEY of a parked key, or say --quarantined without them")
    stream = (source, key)
    number = _asked(
        lambda database: ask_skip(database, consumer, stream, said), service, data, database_url
    )
    if number is None:
        refuse(f"refused: {consumer} has not parked {source} {key}: see log status")
    typer.echo(f"asked {consumer} to skip the first fact of {source} {key} (request {number})")


@log.command(name="replay")
def replay_projection(
    *,
    consumer: Consumer,
    reason: Reason,
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Drop the picture and read the whole log again, while the service stands still.

    Nothing is told again and nothing done outside. Services apart: BEACONFIRE_KAFKA_* as ever.
    """
    said = _said(reason)
    if consumer != REBUILT:
        why = NOT_REBUILT.get(consumer[:40], f"there is none: {REBUILT} alone can be replayed")
        refuse(f"refused: {consumer[:40]} is not made again from the log: {why}")
    try:
        done = asyncio.run(replay(said, data, database_url, typer.echo))
    except (NotNow, CannotStart, BadSetting) as error:
        refuse(f"refused: {error}")
    except TROUBLE as error:
        told = str(error) or type(error).__name__
        refuse(f"not finished ({told}): ask again, or start the service, which goes on from there")
    typer.echo("\n".join(done.lines()))


@log.command()
def topics() -> None:
    """Make the topics that are not there yet, as BEACONFIRE_KAFKA_* says; the others stay."""
    try:
        settings = KafkaSettings.from_environment(os.environ)
        made = asyncio.run(make_topics(settings))
        anew = asyncio.run(packed_anew(settings))
    except (BadSetting, LogAway, TopicUnfit) as error:
        typer.echo(f"refused: {error}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    typer.echo("\n".join(f"made {name}" for name in made) or "all topics are there")
    for sentence in anew:
        typer.echo(sentence, err=True)


@log.command()
def rights(
    *,
    service: Of = None,
    command_config: Annotated[
        str, typer.Option(help="Kafka's own file of how the operator comes.")
    ] = "operator.properties",
) -> None:
    """Print the kafka-acls commands that give each service its rights on topics; runs none.

    BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS and _PREFIX say where. A service's user has its name.
    """
    try:
        named = SERVICES if service is None else [service]
        lines = lines_of_rights(named, os.environ, command_config)
    except BadSetting as error:
        refuse(f"refused: {error}")
    typer.echo("\n".join(lines))


def refuse(line: str) -> NoReturn:
    """One line that says why not and what to do, and the exit code of a refusal."""
    typer.echo(line, err=True)
    raise typer.Exit(EXIT_REFUSED)


def _said(reason: str) -> str:
    """The reason as it is kept; refused before anything is looked at, and never repeated here."""
    said = reason.strip()
    if not said:
        refuse("refused: say in --reason why; it is kept with the request")
    if len(said) > REASON_CHARACTERS_MAX:
        refuse(
            f"refused: --reason has {len(said)} characters, {REASON_CHARACTERS_MAX} at most: say "
            "in a sentence why, and keep the rest elsewhere"
        )
    if not said.isprintable():
        refuse("refused: --reason is one line of text, without control characters")
    return said


def _asked(
    asking: Asking, service: str | None, data: Path | None, database_url: str | None
) -> int | None:
    """What the first service answers that has any such thing."""
    for one in services_here(service):
        done = on_database(one, asking, data, database_url)
        if done is not None:
            return done
    for name, why in left_out(service).items():
        typer.echo(f"{name}: not looked at, {why}", err=True)
    return None
