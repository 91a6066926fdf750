"""Which services start, and that their needs can be met: profiles, unknown names, circles."""

from collections.abc import Mapping, Sequence

from compose.model import BadFile, Condition, Service


def wanted(services: Mapping[str, Service], profiles: frozenset[str]) -> Mapping[str, Service]:
    """Those without a profile and those of the profiles that are asked for."""
    known = {profile for one in services.values() for profile in one.profiles}
    for profile in sorted(profiles - known):
        raise BadFile(f"profile {profile} is not in the file: {', '.join(sorted(known)) or 'none'}")
    return {
        name: one for name, one in services.items() if not one.profiles or one.profiles & profiles
    }


def in_order(services: Mapping[str, Service]) -> Sequence[str]:
    """Every service after all that it needs; BadFile where that cannot be."""
    found: list[str] = []
    for name in services:
        _visit(name, services, found, ())
    return found


def _visit(
    name: str, services: Mapping[str, Service], found: list[str], way: tuple[str, ...]
) -> None:
    if name in found:
        return
    if name in way:
        circle = (*way[way.index(name) :], name)
        raise BadFile(f"depends_on goes in a circle: {' -> '.join(circle)}")
    for needed, condition in services[name].needs.items():
        if needed not in services:
            raise BadFile(f"{name}: needs {needed}, which is not started")
        if condition is Condition.HEALTHY and services[needed].health is None:
            raise BadFile(f"{name}: waits until {needed} is healthy, which has no healthcheck")
        _visit(needed, services, found, (*way, name))
    found.append(name)
