"""Request and answer shapes of the routes over maps on their way in."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from beaconfire_geo.domain.layer_import import ImportState, LayerImport
from beaconfire_geo.entrypoints.layer_schemas import PreviewOut
from beaconfire_platform.web.fields import Code, Strict


class ImportIn(Strict):
    """Into which layer a map goes, whose coordinates it has, and of what kind all its areas are."""

    layer: Code
    crs: Annotated[str, Field(strict=True, min_length=1, max_length=64)]
    kind: Code | None = None


class ImportOut(BaseModel):
    """How far a map is: rows read of how many, then what it would change or why it is refused.

    `problem` has `code`, `detail`, `pointer`, `rows` (the first hundred wrong ones), `rows_wrong`.
    """

    id: str
    layer: str
    crs: str
    kind: str | None
    state: ImportState
    rows: int | None
    rows_read: int
    preview: PreviewOut | None = None
    problem: dict[str, Any] | None = None


def import_out(one: LayerImport) -> ImportOut:
    """An import as it is told."""
    return ImportOut(
        id=one.id, layer=one.layer, crs=one.crs, kind=one.kind, state=one.state, rows=one.rows,
        rows_read=one.rows_read,
        preview=None if one.checked is None else PreviewOut.model_validate(one.checked.preview),
        problem=one.problem,
    )  # fmt: skip
