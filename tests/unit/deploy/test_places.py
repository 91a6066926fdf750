"""Addresses and paths of containers become those of this machine, and nothing else changes."""

import socket
from pathlib import Path

import pytest

from compose.model import ComposeFile, Given, Mount, Service
from compose.places import Places, unusable

GEO = Service(
    "geo",
    "beaconfire",
    exposed=(8080,),
    mounts=(Mount("keys", "/run/keys/own", "geo"), Mount("keys", "/run/keys")),
    given=(Given("conf", "/etc/geo/x.conf"),),
    scratch=("/tmp",),  # noqa: S108  (a path inside)
)
KAFKA = Service("kafka", "apache/kafka", exposed=(9092, 9093))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "x.conf").write_text("keys /run/keys/own/token.jwk; kafka kafka:9092;")
    file = ComposeFile({"geo": GEO, "kafka": KAFKA}, frozenset({"keys"}), {"conf": "x.conf"})
    ports = {
        ("geo", 0): {8080: 20_001}, ("geo", 1): {8080: 20_002},
        ("kafka", 0): {9092: 20_003, 9093: 20_004},
    }  # fmt: skip
    return Places(file, tmp_path, tmp_path / "data", ports)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("kafka:9092", "127.0.0.1:20003"),
        ("PLAINTEXT://kafka:9092,CONTROLLER://0.0.0.0:9093", None),
        ("1@kafka:9093", "1@127.0.0.1:20004"),
        ("http://geo:8080/v1", "http://127.0.0.1:20001/v1"),
        ("http://127.0.0.1:8080/readyz", "http://127.0.0.1:20002/readyz"),
        ("exec 3<>/dev/tcp/127.0.0.1/8080", "exec 3<>/dev/tcp/127.0.0.1/20002"),
        ("8080", "20002"),
        ("80800", "80800"),
        ("notgeo:8080", "notgeo:8080"),
        ("geo:80801", "geo:80801"),
        ("10.127.0.0.1:8080", "10.127.0.0.1:8080"),
        ("postgres:5432", "postgres:5432"),
    ],
)
def test_an_address_is_that_of_this_machine(places: Places, said: str, meant: str | None) -> None:
    expected = meant or "PLAINTEXT://127.0.0.1:20003,CONTROLLER://0.0.0.0:9093"

    assert places.local(said, GEO, 1) == expected


def test_own_addresses_are_those_of_the_instance(places: Places) -> None:
    said = "PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093"

    assert places.local(said, KAFKA, 0) == (
        "PLAINTEXT://127.0.0.1:20003,CONTROLLER://127.0.0.1:20004"
    )


def test_a_path_lies_in_the_folder_of_its_volume(places: Places, tmp_path: Path) -> None:
    keys = tmp_path / "data" / "volumes" / "keys"

    assert places.local("/run/keys/own", GEO, 0) == str(keys / "geo")
    assert places.local("x?passfile=/run/keys/a", GEO, 0) == f"x?passfile={keys}/a"
    assert places.local("--data=/run/keys", GEO, 0) == f"--data={keys}"
    assert places.local("/run/keysmith", GEO, 0) == "/run/keysmith"
    assert places.local("http://host/tmp/x", GEO, 0) == "http://host/tmp/x"


def test_a_file_that_is_given_is_written_for_this_machine(places: Places, tmp_path: Path) -> None:
    places.lay_out(GEO, 1)

    written = tmp_path / "data" / "run" / "geo-2" / "etc" / "geo" / "x.conf"
    keys = tmp_path / "data" / "volumes" / "keys" / "geo"
    assert written.read_text() == f"keys {keys}/token.jwk; kafka 127.0.0.1:20003;"


def test_scratch_is_empty_at_each_start_and_a_volume_is_not(places: Places) -> None:
    places.lay_out(GEO, 0)
    paths = places.paths(GEO, 0)
    for path in paths.values():
        if path.is_dir():
            (path / "left").touch()

    places.lay_out(GEO, 0)

    assert not (paths["/tmp"] / "left").exists()  # noqa: S108  (a path inside)
    assert (paths["/run/keys"] / "left").exists()
    assert places.instances("geo") == 2
    assert places.locals(["kafka:9092", "x"], GEO, 0) == ["127.0.0.1:20003", "x"]


def test_a_port_that_somebody_has_is_told_with_why() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port: int = other.getsockname()[1]
        assert unusable(port) == "Address already in use"
    assert unusable(port) is None
