"""`beaconfire bench`: what this machine allows, and what we make of it.

It runs as a process of its own: nothing of it is loaded when a node starts.
"""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

SECTIONS: Final = (
    "commands", "http", "end_to_end", "geo", "decision", "parked", "rebuild", "relay",
    "parked_kafka", "consume", "end_to_end_apart",
)  # fmt: skip
CARDS: Final = ("beaconfire.bench.cards",)


DISPATCH: Final = "beaconfire.city"


def bench(
    sections: Annotated[
        list[str] | None, typer.Argument(help=f"Of {', '.join(SECTIONS)}; all if left out.")
    ] = None,
    *,
    data: Annotated[
        Path | None,
        typer.Option(help="Of `cards` alone: calls, a row a unit sent, as DataSF publishes them."),
    ] = None,
    city: Annotated[
        Path | None, typer.Option(help="Of `dispatch` alone: a city's folder, as of JEMSS.")
    ] = None,
    policy: Annotated[
        list[str] | None, typer.Option(help="Of `dispatch`: A, B, C, ours; again for more.")
    ] = None,
    reps: Annotated[
        str | None, typer.Option(help="Of `dispatch`: which repetitions, such as 6-10.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of `dispatch`: of the noise.")] = None,
    eta_noise: Annotated[
        float | None, typer.Option(help="Of `dispatch`: how wrong believed times are, such as 0.2.")
    ] = None,
    retask_delay: Annotated[
        float | None, typer.Option(help="Of `dispatch`: seconds until a crew turns round.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines for machines.")] = False,
) -> None:
    """Measure against the bare libraries; fails when a gate is missed.

    `cards` and `dispatch` measure no speed: run cards of the calls of a file, judged on its later
    years; and a city's calls answered by each policy, side by side.
    """
    of_dispatch = {
        "--city": city, "--reps": reps, "--seed": seed, "--eta-noise": eta_noise,
        "--retask-delay": retask_delay,
    }  # fmt: skip
    given = [word for name, one in of_dispatch.items() if one is not None for word in (name, one)]
    given += [word for one in policy or () for word in ("--policy", one)]
    if "dispatch" in (sections or ()):
        _alone("dispatch", sections, "--city DIR" if city is None else None)
        raise typer.Exit(_run([DISPATCH, *map(str, given)], as_json))
    if given:
        raise typer.BadParameter(f"{given[0]} is for the section dispatch alone")
    if "cards" in (sections or ()):
        _alone("cards", sections, "--data FILE" if data is None else None)
        raise typer.Exit(_run([*CARDS, "--data", str(data)], as_json))
    if data is not None:
        raise typer.BadParameter("--data is for the section cards alone")
    unknown = sorted(set(sections or ()) - set(SECTIONS))
    if unknown:
        raise typer.BadParameter(f"no section {', '.join(unknown)}: {', '.join(SECTIONS)}")
    raise typer.Exit(_run(["beaconfire.bench", *(sections or ())], as_json))


def _alone(section: str, sections: list[str] | None, missing: str | None) -> None:
    if sections != [section]:
        raise typer.BadParameter(f"{section} is measured alone")
    if missing is not None:
        raise typer.BadParameter(f"{section} needs {missing}")


def _run(module: list[str], as_json: bool) -> int:
    command = [sys.executable, "-m", *module, *(["--json"] if as_json else [])]
    return subprocess.run(command, check=False).returncode  # noqa: S603  (our own module)
