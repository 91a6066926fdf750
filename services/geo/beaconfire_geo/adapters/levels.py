"""Reads the levels of a deployment from their file, once."""

import tomllib
from importlib.resources import files
from pathlib import Path

import msgspec

from beaconfire_geo.domain.levels import Kind, Level, Levels
from beaconfire_platform.environment import BadSetting


def load_levels(path: str | None = None) -> Levels:
    """The levels of this build, or those of a file of one's own; BadSetting when it is unfit."""
    named = files("beaconfire_geo.adapters").joinpath("levels.toml") if path is None else Path(path)
    try:
        told = tomllib.loads(named.read_text("utf-8"))
        return Levels(
            msgspec.convert(told.get("kinds"), list[Kind]),
            msgspec.convert(told.get("levels"), list[Level]),
        )
    except (OSError, ValueError) as error:
        said = f"{type(error).__name__}: {str(error)[:100]}"
        raise BadSetting(f"BEACONFIRE_GEO_LEVELS: {named} holds no levels ({said})") from error
