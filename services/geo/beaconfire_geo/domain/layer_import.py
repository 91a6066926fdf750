"""A map on its way in: opened, filled, checked row by row, then released or refused."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from beaconfire_contracts.refusals import Conflict

SILENT_S_MAX: Final = 30.0
"""Who checks a map says so each second; after so long nobody does any more."""


class ImportNotOpen(Conflict):
    """This import has its map already: open another one (导入已有图)."""


class ImportNotReady(Conflict):
    """This import is not checked yet, or was refused (导入未就绪)."""


class ImportState(StrEnum):
    """How far a map on its way in has come (导入状态)."""

    OPEN = "open"
    CHECKING = "checking"
    READY = "ready"
    REFUSED = "refused"
    RELEASED = "released"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class CheckedMap:
    """What a checked map is: areas, hash, tops, and the version it was read against (已核图层)."""

    areas: int
    sha256: str
    based_on: int
    tops: tuple[tuple[str, str], ...]
    """Code and level of each area that lies in no other."""
    preview: dict[str, Any]
    """What releasing it would change."""


@dataclass(frozen=True, slots=True)
class LayerImport:
    """One map on its way into one layer: who sent it, how far it is, what came of it (图层导入)."""

    id: str
    layer: str
    crs: str
    kind: str | None
    sent_by: str
    state: ImportState = ImportState.OPEN
    rows: int | None = None
    rows_read: int = 0
    version: int | None = None
    """Under which its areas are staged."""
    checked: CheckedMap | None = None
    problem: dict[str, Any] | None = None
    """Why it was refused: code, detail, pointer, and the first hundred wrong rows."""

    def filled(self) -> "LayerImport":
        """Its map came in, and is to be checked; ImportNotOpen where it did before."""
        if self.state is not ImportState.OPEN:
            raise ImportNotOpen
        return replace(self, state=ImportState.CHECKING)

    def ready(self, checked: CheckedMap, version: int) -> "LayerImport":
        """It can be released."""
        return replace(
            self,
            state=ImportState.READY,
            checked=checked,
            version=version,
            rows_read=self.rows or 0,
        )

    def refused(self, problem: dict[str, Any]) -> "LayerImport":
        """It cannot; nothing of it is kept."""
        return replace(self, state=ImportState.REFUSED, problem=problem)

    def released(self) -> "LayerImport":
        """It is in force; ImportNotReady where it cannot be."""
        if self.state not in (ImportState.READY, ImportState.RELEASED):
            raise ImportNotReady(f"it is {self.state.value}")
        return replace(self, state=ImportState.RELEASED)

    def seen(self, silent_s: float) -> "LayerImport":
        """The same as it is told: lost where whoever checked it is gone."""
        if self.state is ImportState.CHECKING and silent_s > SILENT_S_MAX:
            return replace(self, state=ImportState.LOST)
        return self
