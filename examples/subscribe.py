"""Reads what Beaconfire tells your agency, one line an event, and survives being killed.

    pip install aiokafka
    python subscribe.py --bootstrap HOST:PORT --agency CODE --user NAME \
        --password-file FILE --ca-file ca.pem

Each event says how an incident or a unit stands now, whole. `State` keeps the newest of each; put
your own database in its place and move the offset in the transaction of the effect, or keep the
group's offset as here and let (source, id) and the version tell you what you had already.
"""

import argparse
import asyncio
import json
import ssl
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer


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
    async with consumer:
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


def asked() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Read what Beaconfire tells your agency.")
    for name in ("bootstrap", "agency", "user", "password-file", "ca-file"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--prefix", default="beaconfire")
    parser.add_argument("--group", default="reader")
    parser.add_argument("--most", type=int, default=-1, help="stop after so many new events")
    return parser.parse_args()


if __name__ == "__main__":
    given = asked()
    topic = f"{given.prefix}.shared.{given.agency}.v1"
    asyncio.run(subscribe(topic, settings(given), given.most))
