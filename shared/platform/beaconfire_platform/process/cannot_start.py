"""Why a process cannot start: one line for people, which says how to mend it."""

import contextlib
from collections.abc import Generator, Mapping
from typing import Final

from beaconfire_platform.environment import BadSetting

EXIT_CANNOT_START: Final = 2
LOG_LEVELS: Final = ("debug", "info", "warning", "error")


class CannotStart(Exception):  # noqa: N818  (one line for people: what is wrong and how to mend it)
    """It cannot start; the message says what is wrong and how to mend it."""


@contextlib.contextmanager
def reading_settings() -> Generator[None]:
    """An unfit setting of the environment is why it cannot start."""
    try:
        yield
    except BadSetting as error:
        raise CannotStart(f"{error}: mend the environment") from error


def log_level(environment: Mapping[str, str]) -> str:
    """What `BEACONFIRE_LOG_LEVEL` says; CannotStart for a level that is none."""
    told = environment.get("BEACONFIRE_LOG_LEVEL", "info")
    if told.lower() not in LOG_LEVELS:
        raise CannotStart(
            f"BEACONFIRE_LOG_LEVEL={told[:40]}: choose one of {', '.join(LOG_LEVELS)}"
        )
    return told
