"""docker-compose.yml is what the standard calls one, and promises what the deployment needs."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import httpx
import jsonschema_rs
import pytest
import yaml
from fastapi import FastAPI

from beaconfire.commands.log_status import SOURCES_OF
from beaconfire_platform.web.gate import Gate
from compose.images import image_of
from compose.order import in_order, wanted
from compose.reading import read

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = ("docker-compose.yml", "deploy/compose.node.yml")
ONCE: Final = {"keys", "pages", "passwords", "topics"}


def raw(name: str = FILES[0]) -> dict[str, Any]:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_a_compose_file_by_its_own_schema(name: str) -> None:
    schema = json.loads((Path(__file__).parent / "standards" / "compose-spec.json").read_text())
    validator = jsonschema_rs.validator_for(schema)

    assert [error.message for error in validator.iter_errors(raw(name))] == []
    planted = raw(name)
    next(iter(planted["services"].values()))["comand"] = ["up"]
    assert not validator.is_valid(planted)


@pytest.mark.parametrize("name", FILES)
def test_docker_itself_takes_the_file_where_it_is_there(name: str) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], check=False).returncode:
        return  # the schema above is all that can be asked here
    said = subprocess.run(
        [docker, "compose", "-f", name, "config", "-q"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stderr


def test_the_runner_understands_all_of_it() -> None:
    file = read(ROOT / FILES[0], {})

    for profiles in (frozenset[str](), frozenset({"demo"})):
        services = wanted(file.services, profiles)
        assert set(in_order(services)) == services.keys()
    for service in file.services.values():
        image_of(service)


def test_whatever_stays_is_looked_at_comes_back_and_is_given_time_to_end() -> None:
    for name, service in read(ROOT / FILES[0], {}).services.items():
        if name in ONCE:
            assert not service.restart.always
            continue
        assert service.restart.always, name
        assert service.grace_s >= 10, name
        assert service.health is not None or name == "demo"


def test_nothing_runs_as_root_in_a_container_but_what_its_image_must() -> None:
    assert raw()["services"]["gateway"]["user"] == "101:101"
    for name, service in raw()["services"].items():
        assert name == "gateway" or "user" not in service, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is (name not in {"postgres", "kafka"}), name


def test_no_password_stands_in_the_tree_and_only_the_gateway_is_published() -> None:
    services = raw()["services"]

    assert [name for name, one in services.items() if "ports" in one] == ["gateway"]
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            assert "PASSWORD" not in variable or variable.endswith("_FILE"), name
            assert not re.search(r"//[^/@]*:[^/@]*@", str(value)), f"{name} {variable}"


def test_each_service_is_shown_its_own_key_and_password_alone() -> None:
    for name in ("agency", "incident", "geo", "dispatch", "situation"):
        service = read(ROOT / FILES[0], {}).services[name]
        shown = {(mount.volume, mount.subpath) for mount in service.mounts}
        assert shown == {("keys", name), ("keys", "public"), ("passwords", name)}


def test_secured_brokers_are_named_by_the_environment_and_each_comes_as_a_user_of_its_own() -> None:
    outside = {
        "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": "kafka.example.net:9093",
        "BEACONFIRE_KAFKA_SECURITY": "SASL_SSL",
        "BEACONFIRE_KAFKA_CA_FILE": "/run/passwords/kafka-ca.pem",
        "BEACONFIRE_KAFKA_PREFIX": "city",
        "BEACONFIRE_KAFKA_REPLICATION": "3",
    }
    users = {"topics": "operator"} | {one: one for one in SOURCES_OF}

    plain, secured = read(ROOT / FILES[0], {}), read(ROOT / FILES[0], outside)

    named = {one for one, said in raw()["services"].items() if "_KAFKA_" in str(said)}
    assert named == users.keys()
    for name, user in users.items():
        own = {
            key: said for key, said in secured.services[name].environment.items() if "KAFKA" in key
        }
        assert own == outside | {
            "BEACONFIRE_KAFKA_USERNAME": user,
            "BEACONFIRE_KAFKA_PASSWORD_FILE": "/run/passwords/kafka",
        }
        assert ("passwords", user) in {
            (mount.volume, mount.subpath) for mount in secured.services[name].mounts
        }
        before = plain.services[name].environment
        assert before["BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"
        assert before["BEACONFIRE_KAFKA_SECURITY"] == "PLAINTEXT"


def test_the_broker_is_the_one_that_the_tests_run() -> None:
    pom = (ROOT / "deploy" / "kafka" / "pom.xml").read_text()
    (version,) = re.findall(r"<kafka\.version>([^<]+)<", pom)

    assert raw()["services"]["kafka"]["image"] == f"apache/kafka:{version}"


async def test_files_are_served_with_the_headers_of_the_services() -> None:
    said = dict(
        re.findall(
            r'^add_header (\S+) "?([^"\n]+?)"? always;',
            (ROOT / "deploy" / "gateway" / "headers.conf").read_text(),
            re.MULTILINE,
        )
    )

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Gate(FastAPI())), base_url="http://service.test"
    ) as http:
        told = (await http.get("/nothing")).headers

    own = {"Cache-Control", "Content-Length", "Content-Type", "X-Correlation-Id"}
    names = {name.title() for name in told} - own
    assert len(names) >= 5
    assert {name: said.get(name) for name in names} == {name: told[name] for name in names}
