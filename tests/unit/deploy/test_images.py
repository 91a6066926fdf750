"""Local programs stand in for images; what an image does with its settings is done alike."""

from pathlib import Path

import pytest

from compose.images import IMAGES, every_instance, image_of, property_of
from compose.model import BadFile, ComposeFile, Service
from compose.places import Places


def test_each_image_has_a_stand_in_whatever_its_version() -> None:
    assert image_of(Service("x", "postgres:18")) is IMAGES["postgres"]
    with pytest.raises(BadFile, match="no local program stands in for the image redis:8"):
        image_of(Service("x", "redis:8"))


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("KAFKA_LOG_DIRS", "log.dirs"),
        ("KAFKA_A__B_C", "a_b.c"),
        ("KAFKA_LISTENER_NAME_A___B", "listener.name.a-b"),
    ],
)
def test_settings_of_kafka_are_named_as_its_image_names_them(variable: str, said: str) -> None:
    assert property_of(variable) == said


def test_an_upstream_has_every_instance(tmp_path: Path) -> None:
    ports = {("geo", 0): {8080: 1001}, ("geo", 1): {8080: 1002}}
    places = Places(ComposeFile({}, frozenset(), {}), tmp_path, tmp_path, ports)

    told = every_instance("upstream geo { zone geo 64k; server geo:8080 resolve a=1; }", places)

    assert told == (
        "upstream geo { zone geo 64k; server 127.0.0.1:1001 a=1; server 127.0.0.1:1002 a=1; }"
    )
    assert "down;" in every_instance("server gone:8080 resolve a=1;", places)
