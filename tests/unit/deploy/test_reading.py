"""The file is read strictly: what is not understood is an error that says where."""

from pathlib import Path
from typing import Any

import pytest

from compose.model import BadFile, Condition, Mount, Restart
from compose.reading import read, seconds, understood


def file(**service: Any) -> dict[str, Any]:
    return {
        "services": {"one": {"image": "beaconfire", **service}},
        "volumes": {"keys": None},
        "configs": {"conf": {"file": "deploy/x.conf"}},
    }


def test_a_service_is_read_with_all_that_it_says() -> None:
    said = file(
        entrypoint=["beaconfire"],
        command=["serve", "${NAME:-geo}"],
        environment={"A": "$$1", "B": "${B}"},
        depends_on={"two": {"condition": "service_healthy"}},
        healthcheck={"test": ["CMD", "true"], "interval": "1m30s", "start_interval": "500ms"},
        volumes=["keys:/run/all:ro", {"type": "volume", "source": "keys", "target": "/run/own",
                                      "read_only": True, "volume": {"subpath": "geo"}}],
        configs=[{"source": "conf", "target": "/etc/x.conf"}],
        tmpfs=["/run/x:uid=101"],
        ports=["127.0.0.1:${PORT:-8040}:80"],
        expose=["81"],
        restart="on-failure:5",
        stop_grace_period="15s",
        profiles=["demo"],
        user="101",
        read_only=True,
    )  # fmt: skip

    one = understood(said, {"B": "bee", "PORT": "9000"}).services["one"]

    assert one.command == ("serve", "geo")
    assert one.environment == {"A": "$1", "B": "bee"}
    assert one.needs == {"two": Condition.HEALTHY}
    assert one.health is not None
    assert (one.health.interval_s, one.health.start_interval_s) == (90.0, 0.5)
    assert one.mounts == (Mount("keys", "/run/all"), Mount("keys", "/run/own", "geo"))
    assert one.scratch == ("/run/x",)
    assert one.ports == (81, 80)
    assert one.published == {80: 9000}
    assert one.restart == Restart(failures_max=5)
    assert (one.grace_s, one.profiles) == (15.0, frozenset({"demo"}))


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"networks": ["x"]}, "one: networks is not understood"),
        ({"healthcheck": {"test": ["CMD", "x"], "disable": True}}, "disable is not understood"),
        ({"healthcheck": {"test": ["CMD-SHELL", "x"]}}, "begins with CMD"),
        ({"depends_on": {"two": {"condition": "service_lucky"}}}, "service_lucky"),
        ({"depends_on": {"two": {"condition": "service_started", "restart": True}}}, "restart is"),
        ({"depends_on": ["two"]}, "depends_on: is no mapping"),
        ({"environment": {"PORT": 8080}}, "environment.PORT: is no text"),
        ({"command": "serve geo"}, "word by word"),
        ({"volumes": ["./here:/there"]}, "./here:/there is no volume"),
        ({"volumes": ["lost:/there"]}, "volume lost is not declared"),
        ({"volumes": [{"type": "bind", "source": "x", "target": "/y"}]}, "only named volumes"),
        ({"configs": [{"source": "lost", "target": "/y"}]}, "config lost is not declared"),
        ({"ports": ["8040:80"]}, "not published on 127.0.0.1 alone"),
        ({"ports": ["127.0.0.1:99999:80"]}, "99999: choose a port from 1 to 65535"),
        ({"restart": "sometimes"}, "sometimes is no policy"),
        ({"stop_grace_period": "soon"}, "soon is no span"),
        ({"command": ["${NOWHERE}"]}, "NOWHERE} is not set"),
        ({"command": ["$NOWHERE"]}, "is written \\$\\$"),
        ({"image": None}, "is no text"),
    ],
)
def test_what_is_not_understood_is_an_error_that_says_where(
    planted: dict[str, Any], told: str
) -> None:
    with pytest.raises(BadFile, match=told):
        understood(file(**planted), {})


def test_a_part_of_the_file_that_is_not_known_is_an_error() -> None:
    with pytest.raises(BadFile, match="secrets is not understood"):
        understood({**file(), "secrets": {}}, {})


def test_parts_that_are_named_x_are_for_anchors_alone() -> None:
    assert list(understood({**file(), "x-mine": {"anything": 1}}, {}).services) == ["one"]


def test_a_policy_says_who_comes_back() -> None:
    always, twice = Restart(always=True), Restart(failures_max=2)

    assert always.again(0, 100)
    assert [twice.again(1, times) for times in range(4)] == [True, True, False, False]
    assert not twice.again(0, 0)


def test_spans_are_seconds() -> None:
    assert [seconds("x", one) for one in ("500ms", "10s", "2m", "1m1s")] == [0.5, 10, 120, 61]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("away.yml", None, "cannot be read (No such file or directory): name another --file"),
        (".", None, "cannot be read (Is a directory): name another --file"),
        ("bad.yml", b"a: [1\nb: 2", "is no YAML: while parsing"),
        ("bytes.yml", b"\xff\xfe\xff", "is no YAML: 'utf"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, name: str, text: bytes | None, told: str
) -> None:
    if text is not None:
        (tmp_path / name).write_bytes(text)

    with pytest.raises(BadFile) as refused:
        read(tmp_path / name, {})

    assert str(refused.value).startswith(f"{tmp_path / name} {told}")
    assert "\n" not in str(refused.value)
