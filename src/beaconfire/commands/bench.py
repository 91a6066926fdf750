"""`beaconfire bench`: what this machine allows, and what we make of it.

It runs as a process of its own: nothing of it is loaded when a node starts.
"""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

SECTIONS: Final = (
    "commands", "http", "end_to_end", "geo", "decision", "positions", "parked", "rebuild", "relay",
    "parked_kafka", "consume", "end_to_end_apart",
)  # fmt: skip
CARDS: Final = "beaconfire.bench.cards"
DISPATCH: Final = "beaconfire.city"
SURGE: Final = "beaconfire.city.surge"
ALONE: Final = {
    "dispatch": (
        DISPATCH,
        ("--city", "--policy", "--reps", "--seed", "--eta-noise", "--retask-delay"),
        "--city DIR",
    ),
    "cards": (CARDS, ("--data",), "--data FILE"),
    "surge": (SURGE, ("--data", "--policy", "--reps", "--fleet", "--priorities"), "--data FILE"),
}
"""Sections that are no race: the module, what it can be told, and what it needs."""


def bench(
    sections: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(SECTIONS)}; all if left out.")
    ] = None,
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Of `cards`: calls, a row a unit sent, as DataSF publishes them; of "
            "`surge`: calls with the minutes from each station."
        ),
    ] = None,
    city: Annotated[
        Path | None, typer.Option(help="Of `dispatch` alone: a city's folder, as of JEMSS.")
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(help="Of `dispatch`: A, B, C, ours; of `surge`: greedy, joint; repeatable."),
    ] = None,
    reps: Annotated[
        str | None,
        typer.Option(help="Of `dispatch`: which repetitions, such as 6-10; of `surge`: how many."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of `dispatch`: of the noise.")] = None,
    eta_noise: Annotated[
        float | None, typer.Option(help="Of `dispatch`: how wrong believed times are, such as 0.2.")
    ] = None,
    retask_delay: Annotated[
        float | None, typer.Option(help="Of `dispatch`: seconds until a crew turns round.")
    ] = None,
    fleet: Annotated[int | None, typer.Option(help="Of `surge`: how many units.")] = None,
    priorities: Annotated[str | None, typer.Option(help="Of `surge`: mixed or equal.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines for machines.")] = False,
) -> None:
    """Measure against the bare libraries; fails when a gate is missed.

    `cards`, `dispatch` and `surge` measure no speed: run cards of the calls of a file, judged on
    its later years; a city's calls answered by each policy, side by side; and a surge of calls
    answered jointly and one by one.
    """
    told = {
        "--data": data, "--city": city, "--reps": reps, "--seed": seed, "--eta-noise": eta_noise,
        "--retask-delay": retask_delay, "--fleet": fleet, "--priorities": priorities,
    }  # fmt: skip
    given = [(name, str(one)) for name, one in told.items() if one is not None]
    given += [("--policy", one) for one in policy or ()]
    alone = next((one for one in ALONE if one in (sections or ())), None)
    if alone is not None:
        raise typer.Exit(_run(_told_alone(alone, sections, given), as_json))
    if given:
        raise typer.BadParameter(f"{given[0][0]} is for {' or '.join(_knowing(given[0][0]))} alone")
    unknown = sorted(set(sections or ()) - set(SECTIONS))
    if unknown:
        raise typer.BadParameter(f"no section {', '.join(unknown)}: {', '.join(SECTIONS)}")
    raise typer.Exit(_run(["beaconfire.bench", *(sections or ())], as_json))


def _told_alone(
    section: str, sections: list[str] | None, given: list[tuple[str, str]]
) -> list[str]:
    """A section that is measured alone, as words for its module."""
    module, known, needed = ALONE[section]
    if sections != [section]:
        raise typer.BadParameter(f"{section} is measured alone")
    strange = [name for name, _ in given if name not in known]
    if strange:
        raise typer.BadParameter(f"{strange[0]} is for {' or '.join(_knowing(strange[0]))} alone")
    if needed.split()[0] not in {name for name, _ in given}:
        raise typer.BadParameter(f"{section} needs {needed}")
    return [module, *(word for one in given for word in one)]


def _knowing(option: str) -> list[str]:
    return [f"the section {name}" for name, (_, known, _) in ALONE.items() if option in known]


def _run(module: list[str], as_json: bool) -> int:
    command = [sys.executable, "-m", *module, *(["--json"] if as_json else [])]
    return subprocess.run(command, check=False).returncode  # noqa: S603  (our own module)
