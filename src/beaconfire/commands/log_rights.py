"""What each service may do on Kafka, and nothing more: printed as the commands that grant it.

What is heard is taken from the consumers themselves, so that a service which begins to hear
another is granted it by the same command.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from beaconfire.commands.log_status import SOURCES_OF
from beaconfire_contracts.topics import SHARED, TOPICS
from beaconfire_platform.access.revocation import SOURCES as REVOCATIONS
from beaconfire_platform.environment import BadSetting
from beaconfire_platform.log.kafka.self_check import WRITER_OF_POSITIONS, WRITER_OUTSIDE
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.topics import POSITIONS

READERS_OF_POSITIONS: Final = frozenset({"dispatch", "situation"})
"""Who recommends the nearest unit, and who draws it; nobody else is told where people are."""
WRITE: Final = ("Write", "Describe")
READ: Final = ("Read", "Describe")
MAKE: Final = ("Create", "Write", "Describe", "DescribeConfigs")
"""Agency makes each body's topic, and looks whether one that is there keeps what it must."""
_SHARED_BEGIN: Final = SHARED.partition(".")[2].partition("{")[0]
_NAMED: Final = ("BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS", "BEACONFIRE_KAFKA_PREFIX")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one user may do on some topics, or on all whose names begin so."""

    user: str
    operations: Sequence[str]
    topics: Sequence[str]
    is_prefix: bool = False

    def line(self, bootstrap: str, command_config: str) -> str:
        """The command that grants it, as a shell reads it."""
        words = ["kafka-acls", "--bootstrap-server", bootstrap, "--command-config", command_config]
        words += ["--add", "--allow-principal", f"User:{self.user}"]
        for operation in self.operations:
            words += ["--operation", operation]
        for topic in self.topics:
            words += ["--topic", topic]
        words += ["--resource-pattern-type", "prefixed" if self.is_prefix else "literal"]
        return shlex.join(words)


def settings_of(environment: Mapping[str, str]) -> KafkaSettings:
    """Where and under which prefix; BadSetting when unfit. No password is needed to print."""
    return KafkaSettings.from_environment(
        {name: environment[name] for name in _NAMED if name in environment}
    )


def grants_of(settings: KafkaSettings, service: str) -> list[Grant]:
    """All that one service needs; its user is called as the service is."""
    grants: list[Grant] = []
    if written := written_by(service):
        grants.append(Grant(service, WRITE, [settings.topic(one) for one in written]))
    grants.append(Grant(service, READ, [settings.topic(one) for one in read_by(service)]))
    if service == WRITER_OUTSIDE:
        shared = f"{settings.prefix}.{_SHARED_BEGIN}"
        grants.append(Grant(service, MAKE, [shared], is_prefix=True))
    return grants


def written_by(service: str) -> list[str]:
    """The sources on whose topics a service writes."""
    positions = [POSITIONS.source] if service == WRITER_OF_POSITIONS else []
    return [service, *positions] if service in TOPICS else positions


def read_by(service: str) -> list[str]:
    """What a service reads: what its consumers hear, whose rights end, and its own back.

    By the last record of its own topic a relay sees whether a broker lost some.
    """
    read = SOURCES_OF[service] | REVOCATIONS
    if service in TOPICS:
        read |= {service}
    if service in READERS_OF_POSITIONS:
        read |= {POSITIONS.source}
    return sorted(read)


def lines_of_rights(
    services: Sequence[str], environment: Mapping[str, str], command_config: str
) -> list[str]:
    """The commands for these services; BadSetting when one is unknown or the settings are unfit."""
    settings = settings_of(environment)
    unknown = [one for one in services if one not in SOURCES_OF]
    if unknown:
        raise BadSetting(f"there is no service {unknown[0][:40]}: {', '.join(sorted(SOURCES_OF))}")
    return [
        grant.line(settings.bootstrap, command_config)
        for service in services
        for grant in grants_of(settings, service)
    ]
