"""Request and answer shapes of matters: which agency answers for what and where."""

from typing import Annotated

from pydantic import BaseModel, Field

from beaconfire_geo.domain.matters import (
    RULES_MAX,
    Charge,
    MatterDefault,
    MatterEdition,
    MatterRule,
)
from beaconfire_geo.entrypoints.schemas import AreaName
from beaconfire_platform.web.fields import Code, Strict


class MatterRuleIn(Strict):
    """Incidents of a type, and of all below it, in an area, are a body's, named by its code."""

    type: Code
    area: AreaName
    body: Code

    def of(self) -> MatterRule:
        """The same as it is kept."""
        return MatterRule(self.type, self.area, self.body)


class MattersIn(Strict):
    """All rows of the next version; `replaces` is the one that they are based on, if that matters.

    Whatever no row says is decided by bodies' own matters, else by kind and level.
    """

    replaces: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] | None = None
    rules: Annotated[tuple[MatterRuleIn, ...], Field(max_length=RULES_MAX)]


class MatterRuleOut(BaseModel):
    """One row."""

    type: str
    area: str
    body: str


class MatterDefaultOut(BaseModel):
    """Which kinds of bodies answer where no row says so, the first that is there."""

    type: str
    name_zh: str
    name_en: str
    kinds: list[str]
    levels: list[str]


class MattersOut(BaseModel):
    """All rows in force, in a version, and what holds where none does."""

    version: int
    rules: list[MatterRuleOut]
    defaults: list[MatterDefaultOut]


class MattersPreviewOut(BaseModel):
    """What a next version would change; nothing was changed."""

    version: int
    added: list[MatterRuleOut]
    removed: list[MatterRuleOut]
    unchanged: int


class ChargeOut(BaseModel):
    """The agency that answers for a matter at a place, and why it is this one."""

    type: str
    body: str
    code: str
    kind: str
    level: str
    name_zh: str
    name_en: str
    basis: str


def rules_out(rules: tuple[MatterRule, ...]) -> list[MatterRuleOut]:
    """Rows as they are told."""
    return [MatterRuleOut(type=one.type, area=one.area, body=one.body) for one in rules]


def matters_out(edition: MatterEdition, defaults: tuple[MatterDefault, ...]) -> MattersOut:
    """An edition as it is told."""
    return MattersOut(
        version=edition.version,
        rules=rules_out(edition.rules),
        defaults=[
            MatterDefaultOut(
                type=one.type,
                name_zh=one.name_zh,
                name_en=one.name_en,
                kinds=list(one.kinds),
                levels=list(one.levels),
            )
            for one in defaults
        ],
    )


def charge_out(one: Charge) -> ChargeOut:
    """A responsible agency as it is told."""
    body = one.body
    return ChargeOut(
        type=one.type,
        body=body.id,
        code=body.code,
        kind=body.kind,
        level=body.level,
        name_zh=body.name_zh,
        name_en=body.name_en,
        basis=one.basis,
    )
