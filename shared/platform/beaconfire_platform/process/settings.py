"""What a service that runs apart is told by its environment, read before anything starts."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from beaconfire_platform.environment import BadSetting, whole_number
from beaconfire_platform.log.kafka.settings import KafkaSettings

PORT_DEFAULT: Final = 8040


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """Where its database, the log, the others and the keys are, and where it listens."""

    database_url: str
    kafka: KafkaSettings
    origin: str
    key_folder: Path
    public_keys: Path
    host: str = "127.0.0.1"
    port: int = PORT_DEFAULT
    instance: str = ""
    is_demo: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ProcessSettings":
        """Read `BEACONFIRE_DATABASE_URL`, `_ORIGIN`, `_KEY_FOLDER`, `_PUBLIC_KEYS`, `_HOST`,
        `_PORT`, `_INSTANCE`, `_DEMO` and `BEACONFIRE_KAFKA_*`; BadSetting names what is unfit.
        """
        return cls(
            _told(environment, "BEACONFIRE_DATABASE_URL", "the service's own PostgreSQL database"),
            KafkaSettings.from_environment(environment),
            _told(environment, "BEACONFIRE_ORIGIN", "where the services reach each other"),
            Path(_told(environment, "BEACONFIRE_KEY_FOLDER", "the folder of its own key")),
            Path(_told(environment, "BEACONFIRE_PUBLIC_KEYS", "the folder of all public keys")),
            environment.get("BEACONFIRE_HOST", "127.0.0.1"),
            whole_number(environment, "BEACONFIRE_PORT", PORT_DEFAULT, least=1, most=65_535),
            environment.get("BEACONFIRE_INSTANCE") or f"{socket.gethostname()}-{os.getpid()}",
            environment.get("BEACONFIRE_DEMO", "") == "1",
        )


def _told(environment: Mapping[str, str], name: str, what: str) -> str:
    found = environment.get(name, "")
    if not found:
        raise BadSetting(f"{name} names {what}")
    return found
