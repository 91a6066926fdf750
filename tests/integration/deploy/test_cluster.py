"""A cluster is made whole or anew, with what its image understands and nothing else."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from beaconfire_testkit.memory import server_folder
from compose.cluster import MADE, make_cluster, server_account
from compose.model import BadFile, ComposeFile, Given, Mount, Service
from compose.places import Places
from compose.programs import ProgramFailed


def service(**environment: str) -> Service:
    return Service(
        "postgres",
        "postgres:18",
        environment={"POSTGRES_PASSWORD_FILE": "/run/secret/word", **environment},
        mounts=(Mount("database", "/var/lib/postgresql"), Mount("secret", "/run/secret")),
        given=(Given("fill", "/docker-entrypoint-initdb.d/1.sql"),),
        exposed=(5432,),
    )


@pytest.fixture
def folder() -> Generator[Path]:
    found = server_folder("beaconfire-cluster-")
    found.chmod(0o711)
    yield found
    shutil.rmtree(found, ignore_errors=True)


def places(folder: Path, sql: str) -> Places:
    (folder / "fill.sql").write_text(sql)
    file = ComposeFile({}, frozenset({"database", "secret"}), {"fill": "fill.sql"})
    found = Places(file, folder, folder / "data", {("postgres", 0): {5432: 5432}})
    found.lay_out(service(), 0)
    (folder / "data" / "volumes" / "secret" / "word").write_text("of a test alone")
    return found


def test_what_is_given_is_run_once_and_a_broken_making_is_made_anew(folder: Path) -> None:
    with pytest.raises(ProgramFailed, match="nonsense"):
        make_cluster(service(), 0, places(folder, "select nonsense;"))

    right = places(folder, "create role geo login; create database geo owner geo;")
    data = make_cluster(service(), 0, right)
    made = (data / MADE).stat().st_mtime_ns
    assert make_cluster(service(), 0, places(folder, "select nonsense;")) == data

    assert (data / MADE).stat().st_mtime_ns == made
    assert data.stat().st_uid == server_account().uid
    assert "host all all all scram-sha-256" in (data / "pg_hba.conf").read_text()


def test_a_setting_of_the_image_that_is_not_known_here_is_an_error(folder: Path) -> None:
    with pytest.raises(BadFile, match="POSTGRES_DB is not understood of the image"):
        make_cluster(service(POSTGRES_DB="x"), 0, places(folder, ""))
    assert list((folder / "data" / "volumes" / "database").iterdir()) == []
