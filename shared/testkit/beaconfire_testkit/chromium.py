"""Where a machine keeps its Chromium: the same places in which `tools/setup.sh` looks for one."""

import shutil
from pathlib import Path
from typing import Final

COMMANDS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPS: Final = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)


def find_chromium(playwrights: Path) -> Path | None:
    """The machine's own, else the one that playwright installs; None where there is none."""
    commands = (Path(found) for name in COMMANDS if (found := shutil.which(name)))
    return next((one for one in (*commands, *APPS, playwrights) if one.is_file()), None)
