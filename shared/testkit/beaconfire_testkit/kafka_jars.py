"""Apache Kafka as `make setup-kafka` fetched it: the jars, the Java for them, the commands."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COMMAND_S_MAX: Final = 240
"""A second on an idle machine; a loaded one is slow, not broken."""
FAST: Final = (
    "-Xmx256m", "-Xms256m", "-Xmn128m", "-XX:MetaspaceSize=96m",
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto",
)  # fmt: skip
"""A broker of tests lives for minutes: it must start soon, in a quarter of the image's memory. With
less that is young, or for classes, it stood still for 15 ms every two seconds and once for 80.
"""
LINES_TOLD: Final = 5
LINE_LETTERS_MAX: Final = 400
ARCHIVE: Final = "kafka.jsa"


class KafkaMissing(Exception):  # noqa: N818  (told to people as it is)
    """Apache Kafka cannot be run here; the text says what to install."""


class KafkaBroken(Exception):  # noqa: N818  (told to people as it is)
    """A broker or a command of Kafka's failed; its own last words follow."""


@dataclass(frozen=True, slots=True)
class Kafka:
    """The jars of Apache Kafka and the Java that runs them."""

    java: str
    jars: Path

    @classmethod
    def here(cls) -> "Kafka":
        """What `make setup-kafka` has put into this environment; KafkaMissing without."""
        home = os.environ.get("JAVA_HOME")
        java = shutil.which("java", path=f"{home}/bin") if home else None
        java = java or shutil.which("java")
        if java is None:
            raise KafkaMissing(
                "no java is found: install Java 17 or newer (Debian, Ubuntu: sudo apt-get "
                "install openjdk-17-jre-headless maven), then make setup-kafka"
            )
        jars = Path(sys.prefix) / "kafka"
        if not any(jars.glob("kafka_2.13-*.jar")):
            raise KafkaMissing(f"Apache Kafka is not in {jars}: make setup-kafka")
        return cls(java, jars)

    @property
    def archive(self) -> Path:
        """Classes as the machine wants them in memory: a broker starts in half the time."""
        return self.jars / ARCHIVE

    def command(self, main: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
        """How one of Kafka's main classes is run."""
        flags = [*FAST, *options]
        if self.archive.exists():
            flags.append(f"-XX:SharedArchiveFile={self.archive}")
        # in one order: the archive fits only the path that it was made with
        path = ":".join(str(jar) for jar in sorted(self.jars.glob("*.jar")))
        log = f"-Dlog4j2.configurationFile={self.jars / 'log4j2.properties'}"
        return [self.java, *flags, log, "-cp", path, main, *arguments]

    async def run(self, main: str, *arguments: str) -> str:
        """Run a command class to its end; what it said, KafkaBroken when it failed."""

        def run() -> "subprocess.CompletedProcess[str]":
            return subprocess.run(  # noqa: S603  (our own command)
                self.command(main, *arguments),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                env=bare_environment(), check=False, text=True, timeout=COMMAND_S_MAX,
            )  # fmt: skip

        finished = await asyncio.to_thread(run)
        if finished.returncode:
            raise KafkaBroken(f"{main}: {words_of(finished.stdout)}")
        return finished.stdout


def bare_environment() -> dict[str, str]:
    """Nothing of ours leaks into the broker: no JVM options, no class path."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": tempfile.gettempdir(),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def last_words(log: Path) -> str:
    """What a broker wrote last, which says why it ended."""
    try:
        return f"{words_of(log.read_text(errors='replace'))} (in {log})"
    except OSError:
        return "it left no log"


def words_of(text: str) -> str:
    """The last lines without the frames of stacks, which say where and not why."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith("\tat ")]
    return " | ".join(line[:LINE_LETTERS_MAX] for line in lines[-LINES_TOLD:])
