"""One node a data folder: a lock that the kernel lets go of when the process dies."""

import fcntl
import os
from pathlib import Path
from typing import Final

from beaconfire_platform.process.cannot_start import CannotStart

FREE_BYTES_MIN: Final = 200 * 1024 * 1024
"""A cluster begins with 50 MB and its log with 64; less space than this cannot even start."""


class Instance:
    """The lock on a data folder, held until `release` or death."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; CannotStart when it cannot be used or another node has it."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder / "node.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotStart(
                f"{folder} cannot be written ({error.strerror}): choose another with --data"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise CannotStart(
                f"{folder} is in use by the node with pid {holder}: stop it, or choose --data"
            ) from error
        self._descriptor = descriptor
        self._check_space(folder)  # before the first byte is written
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)

    def _check_space(self, folder: Path) -> None:
        found = os.statvfs(folder)
        free = found.f_bavail * found.f_frsize
        if free < FREE_BYTES_MIN:
            self.release()
            raise CannotStart(
                f"{folder} has {free // 2**20} MB left, {FREE_BYTES_MIN // 2**20} are needed: "
                "free some space, or choose --data"
            )

    def release(self) -> None:
        """Let the folder go."""
        os.close(self._descriptor)
