"""The demo city laid out once for a whole run of tests: whoever needs it starts on a copy.

To lay it out takes a node some twenty seconds of a processor; to copy its stopped folder a moment.
"""

import fcntl
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from beaconfire_testkit.node import NodeFolder, NodeProcess, open_to_all

CITY: Final = ("--demo", "auckland")


@dataclass(frozen=True, slots=True)
class LaidOutCity:
    """The city in a folder that all workers of a run know; made by the first who asks."""

    kept: Path

    def start(self, folder: NodeFolder, *arguments: str) -> NodeProcess:
        """Start a node on a copy; its lines begin with what the first start told but once."""
        lines = self._copy_to(folder.folder)
        node = folder.start(*CITY, *arguments)
        node.lines.extend(lines)
        return node

    def _copy_to(self, folder: Path) -> list[str]:
        with self._alone():
            if not self._told.exists():
                self._lay_out()
            _copy(self.kept / "data", folder)
        return self._told.read_text("utf-8").splitlines()

    @property
    def _told(self) -> Path:
        return self.kept / "told.txt"

    @contextmanager
    def _alone(self) -> Generator[None]:
        self.kept.mkdir(exist_ok=True)
        open_to_all(self.kept)
        with (self.kept / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _lay_out(self) -> None:
        """What it told is written last: whoever comes after a worker that died lays it out."""
        folder = NodeFolder(self.kept / "data")
        try:
            node = folder.start(*CITY, "--no-people", "--speed", "1")
            node.until_ready()
            lines = [line for line in node.lines if not line.startswith("ready ")]
            code, _ = node.stop()
            assert code == 0, node.lines
        finally:
            folder.close()
        # whoever reads the log of a copy reads of its own starts alone
        (self.kept / "data" / "postgres.log").unlink()
        self._told.write_text("\n".join(lines), "utf-8")


def _copy(source: Path, target: Path) -> None:
    """With its owners and rights, which the database insists on."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)  # noqa: S603, S607  (POSIX)
