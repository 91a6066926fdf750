"""What `beaconfire up` was asked for, checked before anything starts."""

import ipaddress
import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from beaconfire_platform.clock import SPEED_MAX
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.listening import Port

LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
PORT_DEFAULT: Final = 8040


OF_ROOT: Final = Path("/var/lib/beaconfire")
"""Root runs PostgreSQL as somebody whom its home shuts out; FHS 3.0, 5.8, gives a system this."""


def default_folder() -> Path:
    """`$XDG_DATA_HOME/beaconfire`, else `~/.local/share/beaconfire`; root's is /var/lib/beaconfire.

    What root's home holds already goes on there.
    """
    if base := os.environ.get("XDG_DATA_HOME"):
        return Path(base) / "beaconfire"
    at_home = Path.home() / ".local" / "share" / "beaconfire"
    if os.geteuid() or (at_home / "postgres" / "PG_VERSION").exists():
        return at_home
    return OF_ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOptions:
    """Where the node keeps its data, where it listens, and which city it plays."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = PORT_DEFAULT
    database_url: str | None = None
    demo: str | None = None
    people: bool = True
    speed: float | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False

    def check(self) -> None:
        """CannotStart for what can never work."""
        if not 1 <= self.port <= 65_535:
            raise CannotStart(f"--port {self.port}: choose a port from 1 to 65535")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise CannotStart("--tls-cert and --tls-key belong together: give both")
        for file in (self.tls_cert, self.tls_key):
            if file is not None and not file.is_file():
                raise CannotStart(f"{file} is not a file: check the path")
        if self.speed is not None and not 0 < self.speed <= SPEED_MAX:
            raise CannotStart(f"--speed {self.speed:g}: above 0 and at most {SPEED_MAX:g}")
        self._check_certificate()
        if not (self.is_loopback or self.tls_cert or self.behind_proxy):
            raise CannotStart(
                f"--host {self.host} is reachable by others: give --tls-cert and --tls-key, "
                "or --behind-proxy when a proxy in front of it speaks TLS"
            )

    def _check_certificate(self) -> None:
        if self.tls_cert is None or self.tls_key is None:
            return
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
                self.tls_cert, self.tls_key, password=_no_password
            )
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            raise CannotStart(
                f"--tls-cert {self.tls_cert} and --tls-key {self.tls_key} cannot be used "
                f"({error}): both are PEM, the key without a passphrase and of this certificate"
            ) from error

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the port."""
        if self.host in LOOPBACK_NAMES:
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_alone(self) -> bool:
        """Whether nobody but this machine's own programs has reason to name it in a Host header."""
        return self.is_loopback and not self.behind_proxy

    @property
    def key_folder(self) -> Path:
        """Where the signing key lies unless the environment names another folder."""
        return self.folder / "keys"

    @property
    def listening(self) -> Port:
        """Where it listens, and how."""
        return Port(self.host, self.port, self.tls_cert, self.tls_key, self.behind_proxy)

    @property
    def origin(self) -> str:
        """The address that a browser on this machine opens."""
        scheme = "https" if self.tls_cert else "http"
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{shown}:{self.port}"


def _no_password() -> str:
    """A key with a passphrase would make a service ask a person who is not there."""
    return ""
