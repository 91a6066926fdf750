"""A broker behind TLS, passwords and rights: whoever is not granted something may not do it.

It is set up by `deploy/kafka/secured.properties`, as an operator's is. Its certificates are made
here, its users come by name and password (SCRAM-SHA-512), its rights are given by Kafka's own
commands, as an operator would.
"""

import asyncio
import secrets
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from beaconfire_testkit.kafka import HOST, Broker, write_properties

MECHANISM: Final = "SCRAM-SHA-512"
OPERATOR: Final = "operator"
"""The only one who may do everything."""
KNOWN_S_MAX: Final = 120
"""Until the broker knows what the controller took; commands of Java's take a second each."""
_ACLS: Final = "org.apache.kafka.tools.AclCommand"
_CONFIGS: Final = "org.apache.kafka.tools.ConfigCommand"
_SCRAM: Final = "org.apache.kafka.common.security.scram.ScramLoginModule"
SECURED: Final = Path(__file__).parents[3] / "deploy" / "kafka" / "secured.properties"
"""The file that an operator starts from; the broker here has nothing that it has not."""
SECRETS: Final = "/etc/kafka/secrets"
"""Where that file looks for certificates and passwords."""


def new_password() -> str:
    """One that nobody can guess and that needs no quotes anywhere."""
    return secrets.token_urlsafe(24)


@dataclass
class SecureBroker(Broker):
    """A broker that lets in whom it knows, and each to what was granted."""

    passwords: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    """Of each user that is there from the start; the operator is always among them."""
    authority: trustme.CA = field(default_factory=trustme.CA, repr=False)

    def __post_init__(self) -> None:
        """An operator there must be, for the broker itself comes as one."""
        self.passwords.setdefault(OPERATOR, new_password())

    @property
    def client(self) -> dict[str, Any]:
        """What the operator's clients are made with."""
        return self.client_of(OPERATOR)

    @property
    def ca_file(self) -> Path:
        """The certificate that a client must trust."""
        return self.folder / "ca.pem"

    def client_of(self, user: str, password: str | None = None) -> dict[str, Any]:
        """What a user's aiokafka clients are made with, whether the user is known or not."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": user,
            "sasl_plain_password": password or self.passwords[user],
            "ssl_context": ssl.create_default_context(cafile=str(self.ca_file)),
        }

    async def add_user(self, user: str) -> str:
        """Make a user while the broker runs; the password."""
        password = self.passwords.setdefault(user, new_password())
        of_user = ("--entity-type", "users", "--entity-name", user)
        await self._command(
            _CONFIGS, "--alter", *of_user, "--add-config", f"{MECHANISM}=[password={password}]"
        )
        await self._until(MECHANISM, _CONFIGS, "--describe", *of_user)
        return password

    async def allow(
        self, user: str, *operations: str, topic: str = "", group: str = "", prefix: bool = False
    ) -> None:
        """Grant operations (`READ`, `WRITE`, …) on a topic or a group, or on all that begin so.

        With neither on the whole cluster.
        """
        place = _place(topic, group, prefix=prefix)
        await self._command(_ACLS, "--add", *_granted(user, operations), *place)
        for line in _lines(user, operations):
            await self._until(line, _ACLS, "--list", *place)

    async def forbid(
        self, user: str, *operations: str, topic: str = "", group: str = "", prefix: bool = False
    ) -> None:
        """Take back what was granted in the same words."""
        place = _place(topic, group, prefix=prefix)
        await self._command(_ACLS, "--remove", "--force", *_granted(user, operations), *place)
        for line in _lines(user, operations):
            await self._until(line, _ACLS, "--list", *place, there=False)

    async def launch(self) -> None:
        """Start its process; at the first start its certificates are made."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.ca_file.exists():
            self._write_secrets()
        await super().launch()

    def properties(self) -> dict[str, str]:
        """What `deploy/kafka/secured.properties` says, with the places of this machine."""
        own = read_properties(SECURED, {SECRETS: str(self.folder)})
        return {
            **super().properties(),
            **own,
            "node.id": str(self.node),
            "listeners": f"BROKER://{self.bootstrap},CONTROLLER://{HOST}:{self.controller_port}",
            "advertised.listeners": f"BROKER://{self.bootstrap}",
            "controller.quorum.voters": f"{self.node}@{HOST}:{self.controller_port}",
            "log.dirs": str(self.folder / "data"),
            **self.settings,
        }

    def format_options(self) -> Sequence[str]:
        """The users that are there from the start."""
        return [
            option
            for user, password in self.passwords.items()
            for option in ("--add-scram", f"{MECHANISM}=[name={user},password={password}]")
        ]

    @property
    def _key_file(self) -> Path:
        return self.folder / "broker.pem"

    @property
    def _command_file(self) -> Path:
        return self.folder / "operator.properties"

    def _write_secrets(self) -> None:
        """The authority's certificate, the broker's with its key as Java wants it (PKCS 8), and the
        operator's password for the broker and for Kafka's commands."""
        leaf = self.authority.issue_cert("localhost", HOST)
        key = load_pem_private_key(leaf.private_key_pem.bytes(), password=None)
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain = [pem.bytes() for pem in leaf.cert_chain_pems]
        self._key_file.touch(0o600)
        self._key_file.write_bytes(b"".join([plain, *chain, self.authority.cert_pem.bytes()]))
        self.authority.cert_pem.write_to_path(str(self.ca_file))
        operator = self.passwords[OPERATOR]
        write_properties(self.folder / "passwords.properties", {OPERATOR: operator})
        write_properties(
            self._command_file,
            {
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": MECHANISM,
                "sasl.jaas.config": (
                    f'{_SCRAM} required username="{OPERATOR}" password="{operator}";'
                ),
                "ssl.truststore.type": "PEM",
                "ssl.truststore.location": str(self.ca_file),
            },
        )

    async def _command(self, main: str, *arguments: str) -> str:
        return await self.kafka.run(
            main, "--bootstrap-server", self.bootstrap, "--command-config",
            str(self._command_file), *arguments,
        )  # fmt: skip

    async def _until(self, word: str, main: str, *arguments: str, there: bool = True) -> None:
        """Ask until the answer has the word, or has it no more: the controller is heard later."""
        async with asyncio.timeout(KNOWN_S_MAX):
            while (word in await self._command(main, *arguments)) != there:
                pass


def read_properties(file: Path, places: Mapping[str, str]) -> dict[str, str]:
    """What a configuration says, with some of its paths elsewhere; one setting a line."""
    text = file.read_text("utf-8")
    for there, here in places.items():
        text = text.replace(there, here)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _place(topic: str, group: str, *, prefix: bool) -> Sequence[str]:
    if not topic and not group:
        return ("--cluster",)
    kind = "prefixed" if prefix else "literal"
    named = ("--topic", topic) if topic else ("--group", group)
    return (*named, "--resource-pattern-type", kind)


def _granted(user: str, operations: Sequence[str]) -> Sequence[str]:
    wanted = [word for name in operations for word in ("--operation", name)]
    return ("--allow-principal", f"User:{user}", *wanted)


def _lines(user: str, operations: Sequence[str]) -> Sequence[str]:
    """How the list of rights shows them."""
    return [f"principal=User:{user}, host=*, operation={name}," for name in operations]
