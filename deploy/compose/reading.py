"""Reads docker-compose.yml strictly: a key that this runner does not understand is an error.

What only isolates a container (users, capabilities, read-only roots) is understood and means
nothing to a process of this machine; it stands in `ISOLATION`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from compose.model import (
    BadFile,
    ComposeFile,
    Condition,
    Given,
    Health,
    Mount,
    Restart,
    Service,
)
from compose.places import PORTS

ISOLATION: Final = frozenset(
    {"build", "cap_add", "cap_drop", "read_only", "security_opt", "shm_size", "user"}
)
_TOP: Final = frozenset({"configs", "name", "services", "volumes"})
_HEALTH: Final = frozenset(
    {"test", "interval", "timeout", "retries", "start_period", "start_interval"}
)
_VARIABLE: Final = re.compile(r"\$(?:(\$)|\{([A-Z_]+)(?::-([^}]*))?\})")
_DURATION: Final = re.compile(r"(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?")
_PUBLISHED: Final = re.compile(r"127\.0\.0\.1:(\d+):(\d+)")
_VOLUME: Final = re.compile(r"([a-z_]+):(/[^:]+)(?::(?:ro|rw))?")


def read(path: Path, variables: Mapping[str, str]) -> ComposeFile:
    """The file with its `${VARIABLES}` filled in; BadFile names the first place that is wrong."""
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise BadFile(f"{path} cannot be read ({error.strerror}): name another --file") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        # YAML says where in lines of their own
        raise BadFile(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    return understood(raw, variables)


def understood(raw: Any, variables: Mapping[str, str]) -> ComposeFile:
    """The same from what YAML made of it."""
    said = _filled(_mapping("the file", raw), variables)
    known = {key: value for key, value in said.items() if not key.startswith("x-")}
    _only("the file", known, _TOP)
    volumes = frozenset(_mapping("volumes", known.get("volumes", {})))
    configs = {
        name: _config(name, one)
        for name, one in _mapping("configs", known.get("configs", {})).items()
    }
    services = {
        name: _service(name, _mapping(name, one))
        for name, one in _mapping("services", known.get("services")).items()
    }
    for service in services.values():
        _declared(service, volumes, configs)
    return ComposeFile(services, volumes, configs)


def _service(name: str, said: Mapping[str, Any]) -> Service:
    _only(name, said, ISOLATION | _READERS.keys())
    found: dict[str, Any] = {}
    for key, value in said.items():
        if key not in ISOLATION:
            field, reading = _READERS[key]
            found[field] = reading(f"{name}.{key}", value)
    if "image" not in found:
        raise BadFile(f"{name}: names no image")
    return Service(name, **found)


def _declared(service: Service, volumes: frozenset[str], configs: Mapping[str, str]) -> None:
    for mount in service.mounts:
        if mount.volume not in volumes:
            raise BadFile(f"{service.name}: volume {mount.volume} is not declared")
    for given in service.given:
        if given.config not in configs:
            raise BadFile(f"{service.name}: config {given.config} is not declared")


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    """Every text with its variables; `$$` is a dollar."""

    def fill(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        given = variables.get(found[2], "")
        if not given and found[3] is None:
            raise BadFile(f"${{{found[2]}}} is not set, and has no default")
        return given or found[3]

    if isinstance(value, str):
        if "$" in _VARIABLE.sub("", value):
            raise BadFile(f"{value}: a dollar that begins no ${{VARIABLE}} is written $$")
        return _VARIABLE.sub(fill, value)
    if isinstance(value, dict):
        return {str(key): _filled(one, variables) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, variables) for one in value]
    return value


def _only(where: str, said: Iterable[str], known: Iterable[str]) -> None:
    for key in said:
        if key not in known:
            raise BadFile(f"{where}: {key} is not understood by this runner")


def _mapping(where: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadFile(f"{where}: is no mapping")
    return {str(key): one for key, one in value.items()}


def _text(where: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadFile(f"{where}: is no text: put it in quotes")
    return value


def _texts(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise BadFile(f"{where}: is no list; a command is written word by word")
    return tuple(str(one) for one in value)


def _environment(where: str, value: Any) -> Mapping[str, str]:
    return {key: _text(f"{where}.{key}", one) for key, one in _mapping(where, value).items()}


def _needs(where: str, value: Any) -> Mapping[str, Condition]:
    found: dict[str, Condition] = {}
    for name, said in _mapping(where, value).items():
        how = _mapping(f"{where}.{name}", said)
        _only(f"{where}.{name}", how, {"condition"})
        try:
            found[name] = Condition(how["condition"])
        except (KeyError, ValueError) as error:
            raise BadFile(f"{where}.{name}: {error} is no condition") from error
    return found


def _health(where: str, value: Any) -> Health:
    said = _mapping(where, value)
    _only(where, said, _HEALTH)
    test = _texts(f"{where}.test", said.get("test"))
    if test[:1] != ("CMD",):
        raise BadFile(f"{where}.test: begins with CMD")
    spans = {
        f"{key}_s": seconds(f"{where}.{key}", said[key])
        for key in ("interval", "timeout", "start_period", "start_interval")
        if key in said
    }
    return Health(test[1:], retries=int(said.get("retries", 3)), **spans)


def _mounts(where: str, value: Any) -> tuple[Mount, ...]:
    return tuple(_mount(where, one) for one in (value if isinstance(value, list) else [value]))


def _mount(where: str, said: Any) -> Mount:
    if isinstance(said, str):
        found = _VOLUME.fullmatch(said)
        if found is None:
            raise BadFile(f"{where}: {said} is no volume at a path")
        return Mount(found[1], found[2])
    how = _mapping(where, said)
    _only(where, how, {"type", "source", "target", "read_only", "volume"})
    if how.get("type") != "volume":
        raise BadFile(f"{where}: only named volumes are mounted")
    part = _mapping(f"{where}.volume", how.get("volume", {}))
    _only(f"{where}.volume", part, {"subpath"})
    return Mount(str(how["source"]), str(how["target"]), str(part.get("subpath", "")))


def _given(where: str, value: Any) -> tuple[Given, ...]:
    found: list[Given] = []
    for one in value if isinstance(value, list) else [value]:
        how = _mapping(where, one)
        _only(where, how, {"source", "target"})
        found.append(Given(str(how["source"]), str(how["target"])))
    return tuple(found)


def _config(name: str, said: Any) -> str:
    how = _mapping(f"configs.{name}", said)
    _only(f"configs.{name}", how, {"file"})
    return _text(f"configs.{name}.file", how.get("file"))


def _scratch(where: str, value: Any) -> tuple[str, ...]:
    return tuple(one.partition(":")[0] for one in _texts(where, value))


def _exposed(where: str, value: Any) -> tuple[int, ...]:
    return tuple(int(one) for one in _texts(where, value))


def _published(where: str, value: Any) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in _texts(where, value):
        pair = _PUBLISHED.fullmatch(one)
        if pair is None:
            raise BadFile(f"{where}: {one} is not published on 127.0.0.1 alone")
        found[int(pair[2])] = port = int(pair[1])
        if port not in PORTS:
            raise BadFile(f"{where}: {port}: choose a port from 1 to 65535")
    return found


def _restart(where: str, value: Any) -> Restart:
    policy, _, times = _text(where, value).partition(":")
    if policy == "no":
        return Restart()
    if policy == "on-failure":
        return Restart(failures_max=int(times or 1_000_000))
    if policy in ("always", "unless-stopped"):
        return Restart(always=True)
    raise BadFile(f"{where}: {value} is no policy")


def seconds(where: str, value: Any) -> float:
    """A span such as 1m30s or 500ms."""
    found = _DURATION.fullmatch(_text(where, value))
    if found is None or not value:
        raise BadFile(f"{where}: {value} is no span such as 1m30s")
    minutes, whole, thousandths = (int(one or 0) for one in found.groups())
    return minutes * 60 + whole + thousandths / 1000


def _profiles(where: str, value: Any) -> frozenset[str]:
    return frozenset(_texts(where, value))


_READERS: Final[dict[str, tuple[str, Callable[[str, Any], Any]]]] = {
    "image": ("image", _text),
    "entrypoint": ("entrypoint", _texts),
    "command": ("command", _texts),
    "environment": ("environment", _environment),
    "depends_on": ("needs", _needs),
    "healthcheck": ("health", _health),
    "volumes": ("mounts", _mounts),
    "configs": ("given", _given),
    "tmpfs": ("scratch", _scratch),
    "expose": ("exposed", _exposed),
    "ports": ("published", _published),
    "restart": ("restart", _restart),
    "stop_grace_period": ("grace_s", seconds),
    "stop_signal": ("stop_signal", _text),
    "profiles": ("profiles", _profiles),
}
"""Each key of a service: which field it fills, and how it is read."""
