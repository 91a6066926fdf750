"""Reading settings from the environment: what is unfit is named, with what would fit."""

from collections.abc import Mapping


class BadSetting(ValueError):  # noqa: N818  (told to people as it is)
    """A variable of the environment holds what cannot be; the message names it and its limits."""


def whole_number(
    environment: Mapping[str, str], name: str, default: int, *, least: int, most: int
) -> int:
    """The whole number that a variable holds, or `default`; BadSetting when it cannot be one."""
    told = environment.get(name, str(default))
    try:
        found = int(told)
    except ValueError:
        found = least - 1
    if not least <= found <= most:
        raise BadSetting(f"{name} is a whole number between {least} and {most}, not {told[:40]!r}")
    return found
