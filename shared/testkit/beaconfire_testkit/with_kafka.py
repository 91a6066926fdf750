"""`python -m beaconfire_testkit.with_kafka COMMAND …`: run a command with a broker of its own.

The command finds it in `KAFKA_BOOTSTRAP_SERVERS`; where that names brokers already, they are used.
"""

import asyncio
import os
import shutil
import subprocess
import sys

from beaconfire_testkit.kafka import Broker
from beaconfire_testkit.kafka_jars import Kafka, KafkaMissing
from beaconfire_testkit.memory import server_folder

EXIT_MISSING = 2


def main() -> int:
    """The command's own exit code, or 2 when no broker can be started."""
    command = sys.argv[1:]
    if os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        return subprocess.run(command, check=False).returncode  # noqa: S603  (asked for)
    try:
        broker = Broker(Kafka.here(), server_folder("beaconfire-kafka-"))
    except KafkaMissing as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_MISSING
    with asyncio.Runner() as runner:
        try:
            runner.run(broker.start())
            environment = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap}
            run = subprocess.run(command, check=False, env=environment)  # noqa: S603  (asked for)
            return run.returncode
        finally:
            runner.run(broker.kill())
            shutil.rmtree(broker.folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
