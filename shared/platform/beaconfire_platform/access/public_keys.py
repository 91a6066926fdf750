"""The public halves of all who sign tokens: a folder with a file each, laid out at set-up."""

import re
import time
from pathlib import Path
from typing import Final

from beaconfire_platform.access.tokens import KeyUnknown

LOOK_AGAIN_S: Final = 1.0
"""A key that is not there yet is looked for once a second, however often it is asked for."""
_NAME: Final = re.compile(r"[a-z]{1,32}")


class PublicKeys:
    """Reads `<service>.json` of a folder; what was read once stays."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self._folder = folder
        self._known: dict[str, str] = {}
        self._missed_at: dict[str, float] = {}

    def __call__(self, name: str) -> str:
        """The public key of a service; KeyUnknown when there is none."""
        if name in self._known:
            return self._known[name]
        if not _NAME.fullmatch(name):
            raise KeyUnknown("no name of a service")
        now = time.monotonic()
        if now - self._missed_at.get(name, float("-inf")) < LOOK_AGAIN_S:
            raise KeyUnknown(name)
        try:
            self._known[name] = (self._folder / f"{name}.json").read_text("utf-8")
        except OSError as error:
            self._remember_missing(name, now)
            raise KeyUnknown(name) from error
        return self._known[name]

    def _remember_missing(self, name: str, now: float) -> None:
        lately = {one: at for one, at in self._missed_at.items() if now - at < LOOK_AGAIN_S}
        self._missed_at = lately | {name: now}
