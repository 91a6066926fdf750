"""How Kafka is reached: what is unfit is named, and the password is told to nobody."""

from pathlib import Path

import pytest

from beaconfire_platform.environment import BadSetting
from beaconfire_platform.log.kafka.settings import MECHANISM, PLAINTEXT, SASL_SSL, KafkaSettings

BOOTSTRAP = {"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "one:9092"}


def test_a_plain_broker_needs_its_address_alone() -> None:
    settings = KafkaSettings.from_environment(BOOTSTRAP)

    assert settings == KafkaSettings("one:9092")
    assert settings.client("x")["security_protocol"] == PLAINTEXT
    assert settings.topic("geo") == "beaconfire.geo.v1"


def test_what_is_empty_is_as_if_it_were_not_said() -> None:
    empty = {f"BEACONFIRE_KAFKA_{one}": "" for one in ("USERNAME", "PASSWORD_FILE", "CA_FILE")}

    assert KafkaSettings.from_environment(BOOTSTRAP | empty) == KafkaSettings("one:9092")


def test_several_brokers_and_those_with_long_addresses_are_known_apart() -> None:
    settings = KafkaSettings("one:9092, [::1]:9093")

    assert settings.addresses == [("one", 9092), ("::1", 9093)]


def test_by_password_over_tls(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")

    settings = KafkaSettings.from_environment(
        BOOTSTRAP
        | {
            "BEACONFIRE_KAFKA_SECURITY": SASL_SSL,
            "BEACONFIRE_KAFKA_USERNAME": "geo",
            "BEACONFIRE_KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
        }
    )

    client = settings.client("x")
    assert client["sasl_mechanism"] == MECHANISM
    assert (client["sasl_plain_username"], client["sasl_plain_password"]) == ("geo", "s3cret")
    assert client["ssl_context"].check_hostname
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in settings.unreached
    assert "password" in settings.unreached


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": ""}, "BOOTSTRAP_SERVERS"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "one"}, "host:port"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "one:"}, "host:port"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": ":9092"}, "host:port"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "one:9092,"}, "host:port"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "one:0"}, "host:port"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "one:65536"}, "host:port"),
        ({"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "one:" + "9" * 5_000}, "host:port"),
        ({"BEACONFIRE_KAFKA_SECURITY": "SSL"}, "PLAINTEXT or SASL_SSL"),
        ({"BEACONFIRE_KAFKA_SECURITY": SASL_SSL}, "USERNAME and"),
        (
            {"BEACONFIRE_KAFKA_SECURITY": SASL_SSL, "BEACONFIRE_KAFKA_USERNAME": "geo"},
            "PASSWORD_FILE",
        ),
        ({"BEACONFIRE_KAFKA_PASSWORD_FILE": "/nowhere/at/all"}, "PASSWORD_FILE /nowhere"),
        ({"BEACONFIRE_KAFKA_PASSWORD_FILE": "{empty}"}, "is empty"),
        ({"BEACONFIRE_KAFKA_PASSWORD_FILE": "{binary}"}, "is not UTF-8"),
        ({"BEACONFIRE_KAFKA_CA_FILE": "/nowhere/at/all"}, "CA_FILE /nowhere"),
        ({"BEACONFIRE_KAFKA_CA_FILE": "{empty}"}, "CA_FILE"),
        ({"BEACONFIRE_KAFKA_PREFIX": "Beaconfire"}, "PREFIX"),
        ({"BEACONFIRE_KAFKA_PREFIX": "a.b"}, "PREFIX"),
        ({"BEACONFIRE_KAFKA_PREFIX": "a" * 41}, "PREFIX"),
        ({"BEACONFIRE_KAFKA_PREFIX": ""}, "PREFIX"),
        ({"BEACONFIRE_KAFKA_REPLICATION": "0"}, "between 1 and 9"),
        ({"BEACONFIRE_KAFKA_REPLICATION": "10"}, "between 1 and 9"),
        ({"BEACONFIRE_KAFKA_REPLICATION": "three"}, "between 1 and 9"),
    ],
)
def test_what_is_unfit_is_named(tmp_path: Path, environment: dict[str, str], names: str) -> None:
    files = {"empty": tmp_path / "empty", "binary": tmp_path / "binary"}
    files["empty"].write_text(" \n")
    files["binary"].write_bytes(b"\xff\xfe")
    given = {
        name: value.format(**files) if value.startswith("{") else value
        for name, value in environment.items()
    }

    with pytest.raises(BadSetting, match=names):
        KafkaSettings.from_environment(BOOTSTRAP | given)
