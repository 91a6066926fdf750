"""Reads what Beaconfire tells your agency, one line an event, and survives being killed.

    pip install aiokafka
    python subscribe.py --bootstrap HOST:PORT --agency CODE --user NAME \
        --password-file FILE --ca-file ca.pem

All of these are told to you by whoever runs the brokers. Where they are not reached or refuse you,
it ends with one line and exit code 2. Once it reads, it waits for brokers that are away.

Each event says how an incident or a unit stands now, whole. `State` keeps the newest of each; put
your own database in its place and move the offset in the transaction of the effect, or keep the
group's offset as here and let (source, id) and the version tell you what you had already.
"""

import argparse
import asyncio
import json
import logging
import ssl
import sys
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError, KafkaError, UnknownTopicOrPartitionError

EXIT_REFUSED = 2
LIBRARY = logging.getLogger("aiokafka")


class State:
    """The newest event of each key: repeats and what comes late change nothing."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.versions: dict[str, int] = {}
        self.things: dict[str, Any] = {}

    def take(self, told: dict[str, str], data: Any) -> bool:
        """Whether the event was new."""
        key, version = told["ce_subject"], int(told["ce_keyversion"])
        if version <= self.versions.get(key, 0):
            return False
        self.versions[key] = version
        if told["ce_type"].endswith("-withdrawn.v1"):
            self.things.pop(key, None)
        elif told["ce_type"].endswith("-shown.v1"):
            self.things[key] = data
        return True


def settings(asked: argparse.Namespace) -> dict[str, Any]:
    """How the client connects, and from where it reads."""
    Path(asked.ca_file).read_bytes()  # what is not there is named, which ssl itself does not
    return {
        "bootstrap_servers": asked.bootstrap,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": asked.user,
        "sasl_plain_password": Path(asked.password_file).read_text(encoding="utf-8").strip(),
        "ssl_context": ssl.create_default_context(cafile=asked.ca_file),
        "group_id": f"agency.{asked.agency}.{asked.group}",
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
    }


async def subscribe(topic: str, settings: dict[str, Any], most: int) -> None:
    """Read until stopped, or until `most` events were new."""
    state, new = State(), 0
    consumer = AIOKafkaConsumer(topic, **settings)
    try:
        await consumer.start()
        LIBRARY.setLevel(logging.WARNING)  # from now on it waits by itself, and says so
        async for record in consumer:
            told = {name: value.decode() for name, value in record.headers}
            if told.get("ce_type", "").startswith("beaconfire.shared."):
                data = json.loads(record.value)
                if state.take(told, data):
                    new += 1
                    line = f"{told['ce_type']} {told['ce_subject']} {told['ce_keyversion']}"
                    print(line, flush=True)  # noqa: T201  (an example says what it read)
            await consumer.commit()
            if new == most:
                return
    finally:
        await consumer.stop()


def asked() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Read what Beaconfire tells your agency.")
    for name in ("bootstrap", "agency", "user", "password-file", "ca-file"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--prefix", default="beaconfire")
    parser.add_argument("--group", default="reader")
    parser.add_argument("--most", type=int, default=-1, help="stop after so many new events")
    return parser.parse_args()


def why(error: Exception, given: argparse.Namespace) -> str:
    """What stands in the way, in one line; a broker tells a stranger nothing of why."""
    if isinstance(error, KafkaConnectionError):
        return (
            f"the brokers at {given.bootstrap} let nobody in: is the address right, do they speak "
            f"TLS by {given.ca_file} and SCRAM-SHA-512, do user and password fit?"
        )
    if isinstance(error, UnknownTopicOrPartitionError):
        return f"it is not there: nothing was told to {given.agency} so far, or the code is another"
    if isinstance(error, KafkaError):
        return f"the brokers refuse {given.user}: {type(error).__name__}"
    return " ".join(str(error).split())


def main() -> int:
    """Read as the command line asks; the exit code."""
    given = asked()
    LIBRARY.setLevel(logging.CRITICAL)  # the one line below says it
    topic = f"{given.prefix}.shared.{given.agency}.v1"
    try:
        asyncio.run(subscribe(topic, settings(given), given.most))
    except (KafkaError, OSError) as error:
        sys.stderr.write(f"cannot read {topic}: {why(error, given)}\n")
        return EXIT_REFUSED
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
