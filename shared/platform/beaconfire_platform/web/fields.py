"""Field types for request schemas: strict scalars, bounded text, aware moments, positions."""

import re
import sys
import unicodedata
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

TEXT_CHARACTERS_MAX: Final = 4_000
"""What a call taker types in ten minutes; longer accounts belong in notes."""
COMBINING_MAX: Final = 4
"""Combining marks on one letter; living scripts need two or three."""
DECIMALS_KEPT: Final = 7
"""A seventh decimal of a degree is a centimetre; more is noise (R65)."""
WHOLE_MAX: Final = 2**53
"""What a JSON number holds exactly in a browser."""
YEAR_MIN: Final = 2000
YEAR_MAX: Final = 2100
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI: Final = re.compile(r"[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKS: Final = re.compile(rf"[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{{{COMBINING_MAX + 1},}}")


_SHOWN: Final = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]*"
_NAMING: Final = (
    r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u2069\ufeff]*"
)


class Strict(BaseModel):
    """A request body: unknown members are refused, nothing is coerced."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


def _prose(text: str) -> str:
    if _CONTROLS.search(text) or _MARKS.search(text):
        raise ValueError("control characters and stacked marks are refused")
    return unicodedata.normalize("NFC", text)


def _label(text: str) -> str:
    if _BIDI.search(text) or "\n" in text or "\t" in text or "\r" in text:
        raise ValueError("direction marks and line breaks are refused in names")
    return _prose(text)


def _degrees(value: float) -> float:
    if 0 < abs(value) < sys.float_info.min:
        raise ValueError("too small for a number of degrees")
    return round(value, DECIMALS_KEPT)


def _text_only(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a moment is RFC 3339 text with a zone")  # noqa: TRY004  (pydantic wants it)
    return value


def _in_our_years(moment: datetime) -> datetime:
    if not YEAR_MIN <= moment.year < YEAR_MAX:
        raise ValueError(f"a moment lies between {YEAR_MIN} and {YEAR_MAX}")
    return moment


UUID: Final = r"^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"

Id = Annotated[str, Field(strict=True, pattern=UUID, min_length=36, max_length=36)]
Prose = Annotated[
    str,
    Field(
        strict=True,
        max_length=TEXT_CHARACTERS_MAX,
        json_schema_extra={"pattern": f"^{_SHOWN}$"},
    ),
    AfterValidator(_prose),
]
Label = Annotated[
    str,
    Field(strict=True, min_length=1, max_length=200, json_schema_extra={"pattern": f"^{_NAMING}$"}),
    AfterValidator(_label),
]
Code = Annotated[
    str, Field(strict=True, min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")
]
Whole = Annotated[int, Field(strict=True, ge=-WHOLE_MAX, le=WHOLE_MAX)]
Flag = Annotated[bool, Field(strict=True)]
Moment = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_our_years)]
Lon = Annotated[
    float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False), AfterValidator(_degrees)
]
Lat = Annotated[
    float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False), AfterValidator(_degrees)
]
LonAsked = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
LatAsked = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
"""Degrees in a query string, where every value is text."""
Metres = Annotated[float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)]


class PointIn(Strict):
    """A point in WGS 84 degrees, longitude first."""

    lon: Lon
    lat: Lat


class PositionIn(PointIn):
    """A point with its accuracy: the radius in metres within which it lies."""

    accuracy_m: Metres | None = None
