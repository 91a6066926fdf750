"""What the simulation may use: one scoped token a role, in a file that only its owner reads."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True)
class CrewToken:
    """A crew's unit, call sign and station, and the token bound to that unit."""

    unit_id: str
    call_sign: str
    lon: float
    lat: float
    carries_patients: bool
    token: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where the node is, and who may speak to it; workers by the id of the person."""

    origin: str
    city: str
    callers: str
    desk: str
    crews: tuple[CrewToken, ...]
    workers: dict[str, str]

    def save(self, path: Path) -> None:
        """Write the file with mode 0600, whole or not at all."""
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)  # an old draft would keep its own mode
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(self))
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Credentials":
        """Read the file; ValueError when others may read it too, or it is not ours."""
        if path.stat().st_mode & 0o077:
            raise ValueError(f"{path} is readable by others: chmod 600 it")
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{path}: {error}") from error
