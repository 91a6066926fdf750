"""Which service answers which path: nginx's table, made from the services' own routes.

`python -m beaconfire.gateway.paths` writes deploy/gateway/paths.conf; with `--check` it only says
whether that file is what it would write, which a test asks.
"""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts

from beaconfire.node.pages import PAGES
from beaconfire.node.routers import routers
from beaconfire_platform.process.app import LARGER_BODIES

WRITTEN_TO: Final = Path("deploy", "gateway", "paths.conf")
HEAD: Final = (
    "# Made from the services' routes by `python -m beaconfire.gateway.paths`; "
    "never edited by hand.\n"
)
ANY: Final = "{}"
"""A segment that a path parameter fills."""
_SEGMENT: Final = "[^/]+"
_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Route:
    """One path as a service declares it, in segments; parameters are `ANY`."""

    segments: tuple[str, ...]
    service: str


@dataclass(slots=True)
class _Branch:
    """Everything below one part of a path, and whose it is."""

    services: Counter[str] = field(default_factory=Counter)
    children: dict[str, "_Branch"] = field(default_factory=dict[str, "_Branch"])


class NotOurs(Exception):  # noqa: N818  (told to people as it is)
    """Two services declare the same path: no gateway could tell them apart."""


def routes_of(routers_by_service: Mapping[str, APIRouter]) -> Iterator[Route]:
    """Every path of every service."""
    for service, router in routers_by_service.items():
        for context in iter_route_contexts(router.routes):
            route = context.original_route
            if isinstance(route, APIRoute):
                yield Route(_segments(route.path_format), service)


def table(routes: Iterable[Route]) -> Mapping[str, str]:
    """The fewest nginx locations by which each path comes to its service.

    A plain location holds for all below it; one that begins with `~` goes before it.
    """
    root = _Branch()
    owners: dict[tuple[str, ...], str] = {}
    for route in routes:
        owner = owners.setdefault(route.segments, route.service)
        if owner != route.service:
            raise NotOurs(f"/{'/'.join(route.segments)}: {owner} and {route.service}")
        branch = root
        for segment in route.segments:
            branch = branch.children.setdefault(segment, _Branch())
            branch.services[route.service] += 1
    found: dict[str, str] = {}
    for first, version in root.children.items():
        for segment, branch in version.children.items():
            found.update(_locations((first, segment), branch, None))
    return dict(sorted(found.items()))


def _locations(
    segments: tuple[str, ...], branch: _Branch, inherited: str | None
) -> Iterator[tuple[str, str]]:
    """This branch's most frequent service, unless it is inherited, and what differs below."""
    service = branch.services.most_common(1)[0][0] if inherited is None else inherited
    if inherited is None:
        yield _location(segments), service
    for segment, below in branch.children.items():
        # a parameter fits everything: what differs is told where a word follows it
        differs = service not in below.services and not (segment == ANY and below.children)
        yield from _locations((*segments, segment), below, None if differs else service)


def _location(segments: tuple[str, ...]) -> str:
    if ANY not in segments:
        return f"/{'/'.join(segments)}"
    pattern = "/".join(_SEGMENT if one == ANY else re.escape(one) for one in segments)
    return f"~ ^/{pattern}(?:/|$)"


def _segments(path: str) -> tuple[str, ...]:
    return tuple(
        ANY if part.startswith("{") else part for part in path.strip("/").split("/") if part
    )


def written(locations: Mapping[str, str]) -> str:
    """The table as nginx reads it: services first, then pages."""
    lines = [HEAD, "\n"]
    for location, service in locations.items():
        limit = next((size for path, size in LARGER_BODIES.items() if f"{location}/" == path), None)
        larger = "" if limit is None else f" client_max_body_size {limit // _MIB}m;"
        lines.append(f"location {location} {{{larger} proxy_pass http://{service}; }}\n")
    lines.append("\n")
    for path, file in PAGES.items():
        exact = "=" if ANY not in _segments(path) else "^~"
        lines.append(
            f"location {exact} {path.partition('{')[0]} "
            f"{{ include page.conf; try_files /{file} =404; }}\n"
        )
    return "".join(lines)


async def made() -> str:
    """What the file should say."""
    return written(table(routes_of(await routers())))


def main(arguments: list[str]) -> int:
    """Write the table, or say whether it is fresh."""
    text = asyncio.run(made())
    if arguments == ["--check"]:
        fresh = WRITTEN_TO.is_file() and WRITTEN_TO.read_text("utf-8") == text
        sys.stdout.write("" if fresh else f"{WRITTEN_TO} is stale: make paths\n")
        return 0 if fresh else 1
    WRITTEN_TO.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
