"""How a service reaches Apache Kafka, by environment `BEACONFIRE_KAFKA_*`."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from beaconfire_platform.environment import BadSetting, whole_number

PLAINTEXT: Final = "PLAINTEXT"
SASL_SSL: Final = "SASL_SSL"
MECHANISM: Final = "SCRAM-SHA-512"
_PREFIX: Final = re.compile(r"[a-z0-9-]{1,40}")
PORT_MAX: Final = 65_535
REQUEST_MS_MAX: Final = 15_000
"""A broker that stood still is asked again after so long."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """Where the brokers are, by what right we come, and how often each record is kept."""

    bootstrap: str
    security: str = PLAINTEXT
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    prefix: str = "beaconfire"
    """The first word of every topic: several deployments may share one cluster."""
    replication: int = 1
    """Copies of each record; above 2, a write waits for two of them (min in-sync replicas)."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "KafkaSettings":
        """Read `BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS`, `_SECURITY`, `_USERNAME`, `_PASSWORD_FILE`,
        `_CA_FILE`, `_PREFIX` and `_REPLICATION`; BadSetting when they are unfit. An empty one is
        as if it were not there: a compose file cannot leave one out.
        """
        bootstrap = environment.get("BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS", "")
        if not bootstrap:
            raise BadSetting("BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS names the brokers: host:port,…")
        security = environment.get("BEACONFIRE_KAFKA_SECURITY", PLAINTEXT)
        if security not in (PLAINTEXT, SASL_SSL):
            raise BadSetting(f"BEACONFIRE_KAFKA_SECURITY is {PLAINTEXT} or {SASL_SSL}")
        username = environment.get("BEACONFIRE_KAFKA_USERNAME") or None
        password_file = environment.get("BEACONFIRE_KAFKA_PASSWORD_FILE") or None
        if security == SASL_SSL and not (username and password_file):
            raise BadSetting(
                "SASL_SSL needs BEACONFIRE_KAFKA_USERNAME and BEACONFIRE_KAFKA_PASSWORD_FILE"
            )
        ca_file = environment.get("BEACONFIRE_KAFKA_CA_FILE") or None
        prefix = environment.get("BEACONFIRE_KAFKA_PREFIX", "beaconfire")
        if not _PREFIX.fullmatch(prefix):
            raise BadSetting("BEACONFIRE_KAFKA_PREFIX is 1 to 40 small letters, digits or -")
        made = cls(
            bootstrap,
            security,
            username,
            None if password_file is None else _secret(Path(password_file)),
            None if ca_file is None else _certificates(Path(ca_file)),
            prefix,
            whole_number(environment, "BEACONFIRE_KAFKA_REPLICATION", 1, least=1, most=9),
        )
        made.addresses  # noqa: B018  (unfit addresses are told now and not at the first look)
        return made

    def topic(self, source: str) -> str:
        """The topic of a service's facts; inside only, granted to nobody outside."""
        return f"{self.prefix}.{source}.v1"

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Host and port of each broker that is asked first."""
        found: list[tuple[str, int]] = []
        for one in self.bootstrap.split(","):
            host, _, port = one.strip().rpartition(":")
            if not host or not port.isdecimal() or len(port) > 5 or not 0 < int(port) <= PORT_MAX:
                raise BadSetting(f"a broker is host:port, not {one[:60]!r}")
            found.append((host.strip("[]"), int(port)))
        return found

    def client(self, name: str) -> dict[str, Any]:
        """What every client of ours is made with."""
        common: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "client_id": f"beaconfire-{name}",
            "request_timeout_ms": REQUEST_MS_MAX,
            "security_protocol": self.security,
        }
        if self.security == PLAINTEXT:
            return common
        return common | {
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            "ssl_context": ssl.create_default_context(
                cafile=None if self.ca_file is None else str(self.ca_file)
            ),
        }

    @property
    def unreached(self) -> str:
        """What may be wrong when no broker lets us in: they all look alike from here."""
        causes = "is it running, and is the address right"
        if self.security == SASL_SSL:
            causes += (
                ", do user and password fit, does it speak TLS with a certificate that we trust"
            )
        return f"Kafka at {self.bootstrap} lets nobody in ({causes}?)"


def _secret(file: Path) -> str:
    try:
        found = file.read_text("utf-8").strip()
    except OSError as error:
        raise BadSetting(f"BEACONFIRE_KAFKA_PASSWORD_FILE {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"BEACONFIRE_KAFKA_PASSWORD_FILE {file} is not UTF-8") from error
    if not found:
        raise BadSetting(f"BEACONFIRE_KAFKA_PASSWORD_FILE {file} is empty")
    return found


def _certificates(file: Path) -> Path:
    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:  # an SSLError is one
        why = error.strerror or "no certificate"
        raise BadSetting(f"BEACONFIRE_KAFKA_CA_FILE {file}: {why}") from error
    return file
