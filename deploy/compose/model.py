"""What docker-compose.yml says, as far as a process of this machine can do it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class BadFile(Exception):  # noqa: N818  (told to people as it is)
    """The file says something that is not understood here, or cannot be."""


class Condition(Enum):
    """What a service waits for at another before it starts."""

    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


@dataclass(frozen=True, slots=True)
class Health:
    """How it is found out whether an instance serves."""

    test: tuple[str, ...]
    interval_s: float = 30.0
    timeout_s: float = 30.0
    start_period_s: float = 0.0
    start_interval_s: float = 5.0
    retries: int = 3


@dataclass(frozen=True, slots=True)
class Restart:
    """Whether a process that ended by itself is started again."""

    always: bool = False
    failures_max: int = 0
    """How often after a failure, where it is not always."""

    def again(self, code: int, times: int) -> bool:
        """After it ended with this code, and was started again so many times."""
        return self.always or (code != 0 and times < self.failures_max)


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume, or a part of it, at a place where the container has it."""

    volume: str
    target: str
    subpath: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A file of the tree at a place where the container has it."""

    config: str
    target: str


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the file."""

    name: str
    image: str
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    needs: Mapping[str, Condition] = field(default_factory=dict[str, Condition])
    health: Health | None = None
    mounts: tuple[Mount, ...] = ()
    given: tuple[Given, ...] = ()
    scratch: tuple[str, ...] = ()
    """Folders that are empty at each start."""
    exposed: tuple[int, ...] = ()
    published: Mapping[int, int] = field(default_factory=dict[int, int])
    """Ports of this machine by those inside."""
    restart: Restart = Restart()
    grace_s: float = 10.0
    stop_signal: str = "SIGTERM"
    profiles: frozenset[str] = frozenset()

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it listens, inside its container."""
        return (*self.exposed, *self.published)


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """The whole file: services, and the files of the tree that they are given."""

    services: Mapping[str, Service]
    volumes: frozenset[str]
    configs: Mapping[str, str]
    """Paths beside the file, by name."""
