"""The public halves of all who sign tokens: a folder with a file each, laid out at set-up.

A key is changed by changing its file: within a second the new one is good and the old one is not,
also for tokens that were found good before. Whose file is taken away signs nothing any more.
"""

import re
import time
from pathlib import Path
from typing import Final

from beaconfire_platform.access.tokens import KeyUnknown

LOOK_AGAIN_S: Final = 1.0
"""The folder is looked at once a second, however often and for whomever it is asked."""
_NAME: Final = re.compile(r"[a-z]{1,32}")


class PublicKeys:
    """Knows `<service>.json` of a folder, as they are now."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self._folder = folder
        self._known: dict[str, str] = {}
        self._looked_at = float("-inf")

    def __call__(self, name: str) -> str:
        """The public key of a service; KeyUnknown when there is none."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_AGAIN_S:
            self._looked_at = now
            self._look()
        try:
            return self._known[name]
        except KeyError as error:
            raise KeyUnknown("no name of a service") from error

    def _look(self) -> None:
        """A folder or a file that cannot be read at this moment changes nothing."""
        try:
            files = {one.stem: one for one in self._folder.iterdir() if one.suffix == ".json"}
        except OSError:
            return
        found: dict[str, str] = {}
        for name in filter(_NAME.fullmatch, files):
            try:
                found[name] = files[name].read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                if name in self._known:
                    found[name] = self._known[name]
        self._known = found
