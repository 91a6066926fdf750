"""Where test servers keep their data: in memory when there is room, else on the disk."""

import shutil
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")  # noqa: S108  (a test server's data, private folder)
MEMORY_BYTES_MIN: Final = 512 * 1024 * 1024
"""With less room than this a server that grows could take what others need."""


def server_folder(prefix: str) -> Path:
    """A new private folder for one server; whoever asks removes it."""
    try:
        free = shutil.disk_usage(MEMORY).free
    except OSError:
        free = 0
    parent = MEMORY if free > MEMORY_BYTES_MIN else None
    return Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
